import { floatAttribute } from "../ir";
import { composedUnary } from "./families/composed";

/** Moves elements outside [-lambd, lambd] towards zero by the bias, and sets those inside to zero. */
export const shrink = composedUnary("Shrink", { attributes: { bias: "float", lambd: "float" } }, (x, reading) => {
  const { b } = reading;
  const bias = floatAttribute(reading, "bias", 0);
  const limit = floatAttribute(reading, "lambd", 0.5);
  const low = b.op("Less", [x, b.scalar(x.dtype, -limit)]);
  const high = b.op("Greater", [x, b.scalar(x.dtype, limit)]);
  return b.where(low, b.shift(x, bias), b.where(high, b.shift(x, -bias), b.scalar(x.dtype, 0)));
});
