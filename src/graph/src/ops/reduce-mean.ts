import { reduction } from "./families/reduction";

export const reduceMean = reduction({
  name: "ReduceMean",
  gradient: ({ b }, x, { dy, count }) => b.expand(b.scale(dy, 1 / count), x.shape),
});
