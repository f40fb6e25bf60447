import type { Builder } from "../../builder";
import type { Value } from "../../ir";
import { logOnePlus } from "./log-one-plus";

/** log(x + sqrt(x^2 - 1)); NaN below one. Relative error below 3.4e-7. */
export function acosh(b: Builder, x: Value): Value {
  const over = b.shift(x, -1);
  const root = b.mul(b.op("Sqrt", [over]), b.op("Sqrt", [b.shift(over, 2)]));
  return logOnePlus(b, b.add(over, root));
}
