import { quantization } from "./families/quantization";

/** round(x / scale) + zero point, halves to even, saturated to the type of the zero point. */
export const quantizeLinear = quantization("QuantizeLinear", "zero point");
