import { unary } from "./families/elementwise";

export const not = unary({ name: "Not", flops: 1, types: "any", gradient: "none", fold: (x) => (x === 0 ? 1 : 0) });
