import { unary } from "./families/elementwise";

export const abs = unary({
  name: "Abs",
  flops: 1,
  types: "any",
  gradient: ({ b, dy }, x) => b.mul(dy, b.op("Sign", [x])),
  fold: Math.abs,
});
