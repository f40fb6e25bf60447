import type { Builder } from "../builder";
import { textAttribute, type Value } from "../ir";
import { misfit } from "../refusal";
import { dim } from "../shape";
import { composed } from "./families/composed";
import { contract, inOrder, keepLetters, type Lettered } from "./families/contraction";
import { input } from "./operator";

/** Products and sums by the letters of axes, from the left: transposes, matrix products and sums of what exists. */
export const einsum = composed("Einsum", { inputs: [1, 64], attributes: { equation: "string" } }, (reading) => {
  const { b, inputs } = reading;
  const { operands, output } = parse(
    textAttribute(reading, "equation", ""),
    inputs.map((_, i) => input(reading, i).shape),
  );
  const tensors = operands.map((letters, i) => withoutRepeats(b, input(reading, i), letters));
  checkSizes(tensors);
  const [first, ...rest] = tensors;
  if (first === undefined) misfit("Einsum has no operand.");
  const product = rest.reduce((left, right, i) => {
    const later = rest.slice(i + 1).flatMap(({ letters }) => letters);
    return contract(b, left, right, new Set([...output, ...later]));
  }, first);
  const missing = output.find((letter) => !product.letters.includes(letter));
  if (missing !== undefined) misfit(`Einsum has the letter ${missing} in its result only.`);
  return [inOrder(b, keepLetters(b, product, new Set(output)), output)];
});

/** Letters of every operand and of the result. The axes that an ellipsis stands for are called "0", "1", ... from the last. */
function parse(equation: string, shapes: readonly (readonly number[])[]): { operands: string[][]; output: string[] } {
  const [left = "", right, ...more] = equation.replaceAll(" ", "").split("->");
  const terms = left.split(",");
  if (terms.length !== shapes.length || more.length > 0)
    misfit(`Einsum "${equation}" does not fit ${shapes.length} operands.`);
  const operands = terms.map((term, i) => letters(term, shapes[i]?.length ?? 0, equation));
  const counts = new Map<string, number>();
  for (const letter of operands.flat()) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  const covered = [...counts.keys()].filter(isCovered).sort((a, b) => Number(b) - Number(a));
  const once = [...counts].flatMap(([letter, count]) => (count === 1 && !isCovered(letter) ? [letter] : [])).sort();
  if (right === undefined) return { operands, output: [...covered, ...once] };
  const rank = right.replace("...", "").length + (right.includes("...") ? covered.length : 0);
  const output = letters(right, rank, equation);
  if (new Set(output).size !== output.length) misfit(`Einsum "${equation}" repeats a letter in its result.`);
  return { operands, output };
}

const isCovered = (letter: string): boolean => /^\d+$/.test(letter);

function letters(term: string, rank: number, equation: string): string[] {
  if (!/^[A-Za-z]*(\.\.\.)?[A-Za-z]*$/.test(term)) misfit(`Einsum "${equation}" is not readable.`);
  const [before = "", after] = term.split("...");
  const covered = rank - before.length - (after?.length ?? 0);
  if (covered < 0 || (after === undefined && covered > 0))
    misfit(`Einsum "${equation}" does not fit the ranks of its operands.`);
  const middle = Array.from({ length: covered }, (_, i) => String(covered - 1 - i));
  return [...before, ...middle, ...(after ?? "")];
}

/** Takes the diagonal of axes that share a letter, so that every letter is there once. */
function withoutRepeats(b: Builder, value: Value, letters: readonly string[]): Lettered {
  const at = letters.findIndex((letter, axis) => letters.indexOf(letter) < axis);
  if (at < 0) return { value, letters };
  const first = letters.indexOf(letters[at] ?? "");
  const size = dim(value.shape, at);
  if (dim(value.shape, first) !== size) misfit("Einsum takes the diagonal of axes of different sizes.");
  const others = letters.flatMap((_, axis) => (axis === first || axis === at ? [] : [axis]));
  const kept = others.map((axis) => dim(value.shape, axis));
  const flat = b.reshape(b.transpose(value, [...others, first, at]), [...kept, size * size]);
  const diagonal = b.slice(flat, [kept.length], [0], [size * size], [size + 1]);
  return withoutRepeats(b, diagonal, [...others.map((axis) => letters[axis] ?? ""), letters[at] ?? ""]);
}

/** Refuses a letter that stands for two sizes; a size of one goes with every other. */
function checkSizes(tensors: readonly Lettered[]): void {
  const sizes = new Map<string, number>();
  for (const { value, letters } of tensors) {
    letters.forEach((letter, axis) => {
      const [size, known] = [dim(value.shape, axis), sizes.get(letter) ?? 1];
      if (size !== 1 && known !== 1 && size !== known)
        misfit(`Einsum has the sizes ${known} and ${size} for one letter.`);
      sizes.set(letter, known === 1 ? size : known);
    });
  }
}
