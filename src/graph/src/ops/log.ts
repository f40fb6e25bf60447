import { unary } from "./families/elementwise";

export const log = unary({ name: "Log", flops: 10, gradient: ({ b, dy }, x) => b.div(dy, x) });
