import type { Builder } from "../../builder";
import type { Value } from "../../ir";
import { powers } from "./powers";
import { signed } from "./signed";

/** (e^x - e^-x) / 2, below one by its series; infinite from |x| = 88.73 on. Relative error below 2.8e-7. */
export function sinh(b: Builder, x: Value): Value {
  const { size, power, inverse } = powers(b, x);
  const square = b.mul(x, x);
  const series = [72, 42, 20, 6].reduce<Value>(
    (sum, divisor) => b.shift(b.mul(b.scale(square, 1 / divisor), sum), 1),
    b.scalar(x.dtype, 1),
  );
  const far = signed(b, b.scale(b.sub(power, inverse), 0.5), x);
  return b.where(b.op("GreaterOrEqual", [size, b.scalar(x.dtype, 1)]), far, b.mul(x, series));
}
