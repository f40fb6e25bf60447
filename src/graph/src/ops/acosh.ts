import { unary } from "./families/elementwise";

export const acosh = unary({
  name: "Acosh",
  flops: 20,
  gradient: ({ b, dy }, x) => b.div(dy, b.op("Sqrt", [b.shift(b.mul(x, x), -1)])),
});
