import { unary } from "./families/elementwise";

export const floor = unary({ name: "Floor", flops: 1, gradient: "none", fold: Math.floor });
