import type { Builder } from "../../builder";
import type { Value } from "../../ir";
import { exp } from "./exp";

/** x where it is positive, else alpha (e^x - 1). Error below 2e-7 alpha. */
export function elu(b: Builder, x: Value, alpha: number): Value {
  const positive = b.op("Greater", [x, b.scalar(x.dtype, 0)]);
  return b.where(positive, x, b.scale(b.shift(exp(b, x), -1), alpha));
}
