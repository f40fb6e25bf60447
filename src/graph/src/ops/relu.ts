import { unary } from "./families/elementwise";

export const relu = unary({
  name: "Relu",
  flops: 1,
  // A product with zeros and ones: measured 1.2-2x faster than a choice, and 2-3x faster than the Sign kernel. What is left
  // of x is never negative, so whether it is zero says all; asking that takes an eighth less time than a comparison.
  gradient: ({ b, dy, y }) => b.mul(dy, b.cast(b.cast(y, "bool"), dy.dtype)),
});
