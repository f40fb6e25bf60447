import type { Builder } from "../builder";
import { floatAttribute, type Value } from "../ir";
import { composedUnary } from "./families/composed";

/** min(1, max(0, alpha x + beta)). The fused kernel is not the same on every architecture. */
export const hardSigmoid = composedUnary(
  "HardSigmoid",
  { attributes: { alpha: "float", beta: "float" } },
  (x, reading) =>
    limitedLine(reading.b, x, floatAttribute(reading, "alpha", 0.2), floatAttribute(reading, "beta", 0.5)),
);

/** A line cut off below 0 and above 1. */
export function limitedLine(b: Builder, x: Value, slope: number, offset: number): Value {
  return b.op("Clip", [b.shift(b.scale(x, slope), offset), b.scalar(x.dtype, 0), b.scalar(x.dtype, 1)]);
}
