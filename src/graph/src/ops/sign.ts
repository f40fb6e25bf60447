import { unary } from "./families/elementwise";

export const sign = unary({ name: "Sign", flops: 1, types: "any", gradient: "none", fold: Math.sign });
