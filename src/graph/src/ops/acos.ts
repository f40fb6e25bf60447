import { unary } from "./families/elementwise";

export const acos = unary({
  name: "Acos",
  flops: 20,
  gradient: ({ b, dy }, x) => b.neg(b.div(dy, b.op("Sqrt", [b.sub(b.scalar(x.dtype, 1), b.mul(x, x))]))),
});
