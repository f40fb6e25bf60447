import { floatAttribute } from "../ir";
import { composedUnary } from "./families/composed";

/** x above alpha, else 0. */
export const thresholdedRelu = composedUnary("ThresholdedRelu", { attributes: { alpha: "float" } }, (x, reading) => {
  const { b } = reading;
  const above = b.op("Greater", [x, b.scalar(x.dtype, floatAttribute(reading, "alpha", 1))]);
  return b.where(above, x, b.scalar(x.dtype, 0));
});
