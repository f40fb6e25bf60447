import { text } from "../ir";
import { fed, type Row } from "./row";
import { build, coordinates, read, type Numbers } from "./runtime";

/** The definition: for every place of the result, the sum over all values of the other letters of the product. */
function summed(terms: readonly string[], output: string, tensors: readonly Numbers[]): Numbers {
  const sizes = new Map<string, number>();
  terms.forEach((term, i) =>
    [...term].forEach((letter, axis) =>
      sizes.set(letter, Math.max(sizes.get(letter) ?? 1, tensors[i]?.shape[axis] ?? 1)),
    ),
  );
  const inner = [...sizes.keys()].filter((letter) => !output.includes(letter));
  const shapeOf = (letters: readonly string[]) => letters.map((letter) => sizes.get(letter) ?? 1);
  return build(shapeOf([...output]), (at) => {
    let sum = 0;
    for (const rest of coordinates(shapeOf(inner))) {
      const place = (letter: string) =>
        output.includes(letter) ? (at[output.indexOf(letter)] ?? 0) : (rest[inner.indexOf(letter)] ?? 0);
      sum += terms.reduce((product, term, i) => {
        const tensor = tensors[i];
        return tensor === undefined ? Number.NaN : product * read(tensor, [...term].map(place));
      }, 1);
    }
    return sum;
  });
}

/** `plain` is the equation without ellipses and with its result spelled out, for the reference. */
const row = (equation: string, shapes: readonly number[][], plain = equation): Row => {
  const [left = "", output = ""] = plain.split("->");
  return {
    op: "Einsum",
    note: equation,
    attributes: { equation: text(equation) },
    inputs: shapes.map((shape, i) => fed(shape, -1, 1, i + 1)),
    reference: (...tensors) => summed(left.split(","), output, tensors),
  };
};

export const einsumRows: readonly Row[] = [
  row("ij,jk->ik", [
    [2, 3],
    [3, 4],
  ]),
  row("bhid,bhjd->bhij", [
    [2, 2, 3, 4],
    [2, 2, 5, 4],
  ]),
  row(
    "bij,bjk",
    [
      [2, 3, 4],
      [2, 4, 2],
    ],
    "bij,bjk->ik",
  ),
  row("i,j->ij", [[3], [4]]),
  row("ij,ij->ij", [
    [2, 3],
    [2, 3],
  ]),
  row("ij,ij->", [
    [2, 3],
    [2, 3],
  ]),
  row("ijk->kj", [[2, 3, 4]]),
  row("ii->i", [[4, 4]]),
  row("ii->", [[4, 4]]),
  row("bii,i->b", [[2, 3, 3], [3]]),
  row(
    "...ij,...jk->...ik",
    [
      [2, 3, 4],
      [2, 4, 2],
    ],
    "bij,bjk->bik",
  ),
  row("a...,a->...", [[3, 2, 4], [3]], "abc,a->bc"),
  row("ij,jk,kl->il", [
    [2, 3],
    [3, 4],
    [4, 2],
  ]),
  row("bnd,ndh->bnh", [
    [2, 3, 4],
    [3, 4, 5],
  ]),
  row("bcd,ce->bed", [
    [2, 3, 4],
    [3, 5],
  ]),
];
