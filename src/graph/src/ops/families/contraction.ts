import type { Builder } from "../../builder";
import { misfit } from "../../refusal";
import { sizeOf, type Value } from "../../ir";
import { dim } from "../../shape";

/** A tensor whose axes have letters, each a different one. */
export interface Lettered {
  readonly value: Value;
  readonly letters: readonly string[];
}

/** Sums over the letters that nothing else needs. */
export function keepLetters(b: Builder, { value, letters }: Lettered, needed: ReadonlySet<string>): Lettered {
  const gone = letters.flatMap((letter, axis) => (needed.has(letter) ? [] : [axis]));
  return { value: b.sum(value, gone), letters: letters.filter((letter) => needed.has(letter)) };
}

/** Puts the axes into the order of the letters. */
export function inOrder(b: Builder, { value, letters }: Lettered, order: readonly string[]): Value {
  return b.transpose(
    value,
    order.map((letter) => letters.indexOf(letter)),
  );
}

/**
 * Product of two tensors, summed over the shared letters that are not `needed` afterwards: a stack of matrix products,
 * or an element-wise product when there is nothing to sum.
 */
export function contract(b: Builder, left: Lettered, right: Lettered, needed: ReadonlySet<string>): Lettered {
  const [x, y] = [keepOwn(b, left, right, needed), keepOwn(b, right, left, needed)];
  const sizes = new Map([...sizesOf(x), ...sizesOf(y)].sort(([, m], [, n]) => m - n));
  const shared = x.letters.filter((letter) => y.letters.includes(letter));
  const summed = shared.filter((letter) => !needed.has(letter));
  const stacked = shared.filter((letter) => needed.has(letter));
  const rows = x.letters.filter((letter) => !shared.includes(letter));
  const columns = y.letters.filter((letter) => !shared.includes(letter));
  const letters = [...stacked, ...rows, ...columns];
  const shapeOf = (list: readonly string[]) => list.map((letter) => sizes.get(letter) ?? 1);
  if (summed.length === 0) {
    const wide = b.reshape(inOrder(b, x, [...stacked, ...rows]), [
      ...stacked.map((letter) => axisSize(x, letter)),
      ...shapeOf(rows),
      ...columns.map(() => 1),
    ]);
    const tall = b.reshape(inOrder(b, y, [...stacked, ...columns]), [
      ...stacked.map((letter) => axisSize(y, letter)),
      ...rows.map(() => 1),
      ...shapeOf(columns),
    ]);
    return { value: b.mul(wide, tall), letters };
  }
  const [m, k, n] = [sizeOf(shapeOf(rows)), sizeOf(shapeOf(summed)), sizeOf(shapeOf(columns))];
  const stack = stacked.length === 0 ? [] : [sizeOf(shapeOf(stacked))];
  const first = b.reshape(spread(b, x, [...stacked, ...rows, ...summed], sizes), [...stack, m, k]);
  const second = b.reshape(spread(b, y, [...stacked, ...summed, ...columns], sizes), [...stack, k, n]);
  return { value: b.reshape(b.op("MatMul", [first, second]), shapeOf(letters)), letters };
}

/** Sums over the letters that neither the other operand nor anything later has. */
function keepOwn(b: Builder, own: Lettered, other: Lettered, needed: ReadonlySet<string>): Lettered {
  return keepLetters(b, own, new Set([...needed, ...other.letters]));
}

const sizesOf = ({ value, letters }: Lettered): [string, number][] =>
  letters.map((letter, axis) => [letter, dim(value.shape, axis)]);

const axisSize = ({ value, letters }: Lettered, letter: string): number => dim(value.shape, letters.indexOf(letter));

/** Axes in order, those of size one repeated to the size that the letter has elsewhere. */
function spread(b: Builder, x: Lettered, order: readonly string[], sizes: ReadonlyMap<string, number>): Value {
  const shape = order.map((letter) => sizes.get(letter) ?? misfit(`The letter ${letter} has no size.`));
  return b.expand(inOrder(b, x, order), shape);
}
