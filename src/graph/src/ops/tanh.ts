import { unary } from "./families/elementwise";

export const tanh = unary({
  name: "Tanh",
  flops: 10,
  gradient: ({ b, dy, y }) => b.mul(dy, b.sub(b.scalar(y.dtype, 1), b.mul(y, y))),
});
