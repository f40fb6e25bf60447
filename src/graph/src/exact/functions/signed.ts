import type { Builder } from "../../builder";
import type { Value } from "../../ir";

/** The size, negative where x is. */
export function signed(b: Builder, size: Value, x: Value): Value {
  return b.where(b.op("Less", [x, b.scalar(x.dtype, 0)]), b.neg(size), size);
}
