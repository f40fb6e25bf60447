import { unary } from "./families/elementwise";

export const atanh = unary({
  name: "Atanh",
  flops: 20,
  gradient: ({ b, dy }, x) => b.div(dy, b.sub(b.scalar(x.dtype, 1), b.mul(x, x))),
});
