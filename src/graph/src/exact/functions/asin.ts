import type { Builder } from "../../builder";
import type { Value } from "../../ir";
import { atan } from "./atan";

/** arcsin x = arctan(x / sqrt((1 - x)(1 + x))); NaN outside [-1, 1]. Relative error below 3.4e-7. */
export function asin(b: Builder, x: Value): Value {
  const one = b.scalar(x.dtype, 1);
  return atan(b, b.div(x, b.op("Sqrt", [b.mul(b.sub(one, x), b.add(one, x))])));
}
