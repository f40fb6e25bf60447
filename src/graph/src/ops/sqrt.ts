import { unary } from "./families/elementwise";

export const sqrt = unary({
  name: "Sqrt",
  flops: 4,
  gradient: ({ b, dy, y }) => b.div(b.scale(dy, 0.5), y),
  fold: Math.sqrt,
});
