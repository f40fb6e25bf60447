import { unary } from "./families/elementwise";

export const isInf = unary({
  name: "IsInf",
  flops: 1,
  result: "bool",
  gradient: "none",
  attributes: { detect_negative: "int", detect_positive: "int" },
});
