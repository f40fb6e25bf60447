import { unary } from "./families/elementwise";

export const tan = unary({ name: "Tan", flops: 20, gradient: ({ b, dy, y }) => b.mul(dy, b.shift(b.mul(y, y), 1)) });
