import { composedReduction } from "./families/reduction";

/** -max(-x). Among equal minima the gradient is shared. */
export const reduceMin = composedReduction("ReduceMin", (b, x, axes, keep) =>
  axes.length === 0 ? x : b.neg(b.reduce("ReduceMax", b.neg(x), axes, keep)),
);
