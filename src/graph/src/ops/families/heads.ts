import type { Builder } from "../../builder";
import type { Value } from "../../ir";
import { misfit } from "../../refusal";
import { dim } from "../../shape";

/** [batch, length, heads * size] as [batch, heads, length, size]; a tensor that has four axes stays. */
export function splitHeads(b: Builder, x: Value, heads: number): Value {
  if (x.shape.length === 4) return x;
  const [batch, length, width] = [dim(x.shape, 0), dim(x.shape, 1), dim(x.shape, 2)];
  if (x.shape.length !== 3 || heads < 1 || width % heads !== 0)
    misfit(`A width of ${width} does not form ${heads} heads.`);
  return b.transpose(b.reshape(x, [batch, length, heads, width / heads]), [0, 2, 1, 3]);
}

/** [batch, heads, length, size] as [batch, length, heads * size]. */
export function joinHeads(b: Builder, x: Value): Value {
  const [batch, heads, length, size] = [dim(x.shape, 0), dim(x.shape, 1), dim(x.shape, 2), dim(x.shape, 3)];
  return b.reshape(b.transpose(x, [0, 2, 1, 3]), [batch, length, heads * size]);
}
