import { composedReduction } from "./families/reduction";

/** Sum of squares. */
export const reduceSumSquare = composedReduction("ReduceSumSquare", (b, x, axes, keep) =>
  b.sum(b.mul(x, x), axes, keep),
);
