import { floatAttribute } from "../ir";
import { misfit } from "../refusal";
import { composedUnary } from "./families/composed";

/** alpha elu(x / alpha), smooth at 0 for every alpha. */
export const celu = composedUnary("Celu", { attributes: { alpha: "float" } }, (x, reading) => {
  const alpha = floatAttribute(reading, "alpha", 1);
  if (alpha === 0) misfit("Celu divides by an alpha of 0.");
  return reading.b.scale(reading.b.op("Elu", [reading.b.scale(x, 1 / alpha)]), alpha);
});
