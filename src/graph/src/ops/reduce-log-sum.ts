import { composedReduction } from "./families/reduction";

/** Logarithm of the sum. */
export const reduceLogSum = composedReduction("ReduceLogSum", (b, x, axes, keep) =>
  b.op("Log", [b.sum(x, axes, keep)]),
);
