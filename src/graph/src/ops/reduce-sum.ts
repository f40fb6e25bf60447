import { reduction } from "./families/reduction";

export const reduceSum = reduction({
  name: "ReduceSum",
  gradient: ({ b }, x, { dy }) => b.expand(dy, x.shape),
  fold: (elements) => elements.reduce((sum, element) => sum + element, 0),
});
