import { float, floatAttribute } from "../ir";
import { composedUnary } from "./families/composed";

/** gamma elu(x), with the constants that keep activations normalised. */
export const selu = composedUnary("Selu", { attributes: { alpha: "float", gamma: "float" } }, (x, reading) => {
  const alpha = floatAttribute(reading, "alpha", 1.6732632423543772);
  const gamma = floatAttribute(reading, "gamma", 1.0507009873554805);
  return reading.b.scale(reading.b.op("Elu", [x], { alpha: float(alpha) }), gamma);
});
