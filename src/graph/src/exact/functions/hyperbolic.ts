import type { Builder } from "../../builder";
import type { Value } from "../../ir";
import { halfTangent } from "./atan";
import { exp } from "./exp";
import { logOnePlus } from "./log";

/** (e^|x| + e^-|x|) / 2; infinite from |x| = 88.73 on. Relative error below 3e-7. */
export function cosh(b: Builder, x: Value): Value {
  const { power, inverse } = powers(b, x);
  return b.scale(b.add(power, inverse), 0.5);
}

/** (e^x - e^-x) / 2, below one by its series; infinite from |x| = 88.73 on. Relative error below 4e-7. */
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

/** log(|x| + sqrt(x^2 + 1)) with the sign of x. Relative error below 8e-7. */
export function asinh(b: Builder, x: Value): Value {
  const size = b.op("Abs", [x]);
  return signed(b, logOnePlus(b, b.add(size, b.mul(size, halfTangent(b, size)))), x);
}

/** log(x + sqrt(x^2 - 1)); NaN below one. Relative error below 8e-7. */
export function acosh(b: Builder, x: Value): Value {
  const over = b.shift(x, -1);
  const root = b.mul(b.op("Sqrt", [over]), b.op("Sqrt", [b.shift(over, 2)]));
  return logOnePlus(b, b.add(over, root));
}

/** log(1 + 2 |x| / (1 - |x|)) / 2 with the sign of x; NaN or infinite from |x| = 1 on. Relative error below 8e-7. */
export function atanh(b: Builder, x: Value): Value {
  const size = b.op("Abs", [x]);
  const ratio = b.div(b.scale(size, 2), b.sub(b.scalar(x.dtype, 1), size));
  return signed(b, b.scale(logOnePlus(b, ratio), 0.5), x);
}

function powers(b: Builder, x: Value): Record<"size" | "power" | "inverse", Value> {
  const size = b.op("Abs", [x]);
  const power = exp(b, size);
  return { size, power, inverse: b.div(b.scalar(x.dtype, 1), power) };
}

/** The size, negative where x is. */
function signed(b: Builder, size: Value, x: Value): Value {
  return b.where(b.op("Less", [x, b.scalar(x.dtype, 0)]), b.neg(size), size);
}
