import { unary } from "./families/elementwise";

export const sigmoid = unary({
  name: "Sigmoid",
  flops: 10,
  gradient: ({ b, dy, y }) => b.mul(dy, b.mul(y, b.sub(b.scalar(y.dtype, 1), y))),
});
