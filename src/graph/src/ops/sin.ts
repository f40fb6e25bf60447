import { unary } from "./families/elementwise";

export const sin = unary({ name: "Sin", flops: 15, gradient: ({ b, dy }, x) => b.mul(dy, b.op("Cos", [x])) });
