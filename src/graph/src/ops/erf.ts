import { unary } from "./families/elementwise";

export const erf = unary({
  name: "Erf",
  flops: 15,
  gradient: ({ b, dy }, x) => b.mul(dy, b.scale(b.exp(b.neg(b.mul(x, x))), 2 / Math.sqrt(Math.PI))),
});
