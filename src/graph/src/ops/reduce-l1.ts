import { composedReduction } from "./families/reduction";

/** Sum of absolute values. */
export const reduceL1 = composedReduction("ReduceL1", (b, x, axes, keep) => b.sum(b.op("Abs", [x]), axes, keep));
