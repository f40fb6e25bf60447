import type { Builder } from "../../builder";
import type { Value } from "../../ir";
import { exp } from "./exp";

/** |x|, e^|x| and e^-|x|. */
export function powers(b: Builder, x: Value): Record<"size" | "power" | "inverse", Value> {
  const size = b.op("Abs", [x]);
  const power = exp(b, size);
  return { size, power, inverse: b.div(b.scalar(x.dtype, 1), power) };
}
