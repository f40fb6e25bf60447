import { unary } from "./families/elementwise";

export const isNan = unary({ name: "IsNaN", flops: 1, result: "bool", gradient: "none" });
