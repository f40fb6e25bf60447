import { unary } from "./families/elementwise";

export const asinh = unary({
  name: "Asinh",
  flops: 20,
  gradient: ({ b, dy }, x) => b.div(dy, b.op("Sqrt", [b.shift(b.mul(x, x), 1)])),
});
