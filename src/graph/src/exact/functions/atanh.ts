import type { Builder } from "../../builder";
import type { Value } from "../../ir";
import { logOnePlus } from "./log-one-plus";
import { signed } from "./signed";

/** log(1 + 2 |x| / (1 - |x|)) / 2 with the sign of x; NaN or infinite from |x| = 1 on. Relative error below 4e-7. */
export function atanh(b: Builder, x: Value): Value {
  const size = b.op("Abs", [x]);
  const ratio = b.div(b.scale(size, 2), b.sub(b.scalar(x.dtype, 1), size));
  return signed(b, b.scale(logOnePlus(b, ratio), 0.5), x);
}
