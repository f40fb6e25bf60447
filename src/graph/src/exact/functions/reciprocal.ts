import type { Builder } from "../../builder";
import type { Value } from "../../ir";

/**
 * 1 / x as -1 / -x, which is the same number. An optimiser makes y / x of (1 / x) y, which is rounded once instead of twice;
 * it looks for a one.
 */
export function reciprocal(b: Builder, x: Value): Value {
  return b.div(b.scalar(x.dtype, -1), b.neg(x));
}
