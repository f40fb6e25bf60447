import { unary } from "./families/elementwise";

export const neg = unary({ name: "Neg", flops: 1, types: "any", gradient: ({ b, dy }) => b.neg(dy), fold: (x) => -x });
