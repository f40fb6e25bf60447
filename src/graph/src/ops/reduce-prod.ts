import { sizeOf } from "../ir";
import { dim } from "../shape";
import { composedReduction, reducedShape } from "./families/reduction";

/**
 * Product by halves: elements are multiplied in pairs until one is left. The gradient of every element is then a product
 * of the others, right also where some are zero, which y / x is not.
 */
export const reduceProd = composedReduction("ReduceProd", (b, x, axes, keep) => {
  if (axes.length === 0) return x;
  const others = x.shape.flatMap((_, axis) => (axes.includes(axis) ? [] : [axis]));
  const outer = others.map((axis) => dim(x.shape, axis));
  const count = sizeOf(axes.map((axis) => dim(x.shape, axis)));
  const shape = reducedShape(x.shape, axes, keep);
  if (count === 0) return b.shift(b.sum(x, axes, keep), 1);
  let rows = b.reshape(b.transpose(x, [...others, ...axes]), [sizeOf(outer), count]);
  for (let left = count; left > 1; left = Math.ceil(left / 2)) {
    const half = Math.floor(left / 2);
    const part = (from: number, to: number) => b.slice(rows, [1], [from], [to]);
    const product = b.mul(part(0, half), part(half, 2 * half));
    rows = left % 2 === 0 ? product : b.concat([product, part(left - 1, left)], 1);
  }
  return b.reshape(rows, shape);
});
