import { reduction } from "./families/reduction";

export const reduceSum = reduction({ name: "ReduceSum", gradient: ({ b }, x, { dy }) => b.expand(dy, x.shape) });
