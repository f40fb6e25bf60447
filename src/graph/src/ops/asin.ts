import { unary } from "./families/elementwise";

export const asin = unary({
  name: "Asin",
  flops: 20,
  gradient: ({ b, dy }, x) => b.div(dy, b.op("Sqrt", [b.sub(b.scalar(x.dtype, 1), b.mul(x, x))])),
});
