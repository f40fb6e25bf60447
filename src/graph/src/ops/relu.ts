import { unary } from "./families/elementwise";

export const relu = unary({
  name: "Relu",
  flops: 1,
  // A product with zeros and ones: measured 1.2-2x faster than a choice, and 2-3x faster than the Sign kernel.
  gradient: ({ b, dy, y }) => b.mul(dy, b.cast(b.op("Greater", [y, b.scalar(y.dtype, 0)]), dy.dtype)),
});
