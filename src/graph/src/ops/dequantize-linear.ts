import { quantization } from "./families/quantization";

/** (x - zero point) * scale. */
export const dequantizeLinear = quantization("DequantizeLinear", "scale");
