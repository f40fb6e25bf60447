import { unary } from "./families/elementwise";

export const exp = unary({ name: "Exp", flops: 10, gradient: ({ b, dy, y }) => b.mul(dy, y) });
