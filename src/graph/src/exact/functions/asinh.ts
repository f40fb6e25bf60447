import type { Builder } from "../../builder";
import type { Value } from "../../ir";
import { halfTangent } from "./half-tangent";
import { logOnePlus } from "./log-one-plus";
import { signed } from "./signed";

/** log(|x| + sqrt(x^2 + 1)) with the sign of x. Relative error below 3.4e-7. */
export function asinh(b: Builder, x: Value): Value {
  const size = b.op("Abs", [x]);
  return signed(b, logOnePlus(b, b.add(size, b.mul(size, halfTangent(b, size)))), x);
}
