import { intAttribute } from "../ir";
import { reducedAxes, reduction } from "./families/reduction";
import { input } from "./operator";

/** Square root of the sum of squares. y = |x|  =>  dx = dy x / y, and 0 where y is 0. */
export const reduceL2 = reduction({
  name: "ReduceL2",
  gradient: ({ b }, x, { dy, y }) => {
    const isZero = b.op("Equal", [y, b.scalar(y.dtype, 0)]);
    return b.mul(x, b.div(dy, b.where(isZero, b.scalar(y.dtype, 1), y)));
  },
  lower: (b, node) => {
    const x = input(node, 0);
    const keep = intAttribute(node, "keepdims", 1) === 1;
    return [b.op("Sqrt", [b.sum(b.mul(x, x), reducedAxes(node), keep)])];
  },
});
