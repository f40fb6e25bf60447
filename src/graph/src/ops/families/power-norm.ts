import type { Builder } from "../../builder";
import type { Value } from "../../ir";

/** |x|^p for a whole p. */
export function absolutePower(b: Builder, x: Value, p: number): Value {
  if (p === 1) return b.op("Abs", [x]);
  return p % 2 === 0 ? b.op("Pow", [x, b.scalar(x.dtype, p)]) : b.op("Pow", [b.op("Abs", [x]), b.scalar(x.dtype, p)]);
}

/** The p-th root of numbers that are not negative; where they are zero the gradient is zero and not infinite. */
export function rootOf(b: Builder, x: Value, p: number): Value {
  if (p === 1) return x;
  const isZero = b.op("Equal", [x, b.scalar(x.dtype, 0)]);
  const safe = b.where(isZero, b.scalar(x.dtype, 1), x);
  return b.where(isZero, b.scalar(x.dtype, 0), b.op("Pow", [safe, b.scalar(x.dtype, 1 / p)]));
}
