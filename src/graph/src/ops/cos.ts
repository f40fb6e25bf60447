import { unary } from "./families/elementwise";

export const cos = unary({ name: "Cos", flops: 15, gradient: ({ b, dy }, x) => b.neg(b.mul(dy, b.op("Sin", [x]))) });
