import { binary } from "./families/elementwise";

export const mul = binary({
  name: "Mul",
  gradient: ({ b, dy }, x, y) => [b.mul(dy, y), b.mul(dy, x)],
  fold: (a, b) => a * b,
});
