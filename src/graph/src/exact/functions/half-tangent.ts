import type { Builder } from "../../builder";
import type { Value } from "../../ir";

/** From here on the angle is a right one in float32, and no square overflows before. */
const FAR = 2 ** 30;

/** tan(arctan(x) / 2), one in size where x is far. */
export function halfTangent(b: Builder, x: Value): Value {
  const near = b.div(x, b.shift(b.op("Sqrt", [b.shift(b.mul(x, x), 1)]), 1));
  const beyond = (op: "Greater" | "Less", sign: number, otherwise: Value): Value =>
    b.where(b.op(op, [x, b.scalar(x.dtype, sign * FAR)]), b.scalar(x.dtype, sign), otherwise);
  return beyond("Greater", 1, beyond("Less", -1, near));
}
