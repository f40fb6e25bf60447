import { unary } from "./families/elementwise";

export const ceil = unary({ name: "Ceil", flops: 1, gradient: "none", fold: Math.ceil });
