import { unary } from "./families/elementwise";

export const cosh = unary({ name: "Cosh", flops: 20, gradient: ({ b, dy }, x) => b.mul(dy, b.op("Sinh", [x])) });
