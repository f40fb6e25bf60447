import { unary } from "./families/elementwise";

export const relu = unary({
  name: "Relu",
  flops: 1,
  // The output is never negative, so its sign is the step function: one product instead of a comparison and a choice.
  gradient: ({ b, dy, y }) => b.mul(dy, b.op("Sign", [y])),
});
