import { unary } from "./families/elementwise";

export const sinh = unary({ name: "Sinh", flops: 20, gradient: ({ b, dy }, x) => b.mul(dy, b.op("Cosh", [x])) });
