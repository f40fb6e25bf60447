import { unary } from "./families/elementwise";

export const atan = unary({ name: "Atan", flops: 20, gradient: ({ b, dy }, x) => b.div(dy, b.shift(b.mul(x, x), 1)) });
