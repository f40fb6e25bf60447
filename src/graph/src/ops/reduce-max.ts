import { reduction } from "./families/reduction";

/** Among equal maxima the gradient is shared. */
export const reduceMax = reduction({
  name: "ReduceMax",
  gradient: ({ b }, x, { dy, y }) => {
    const hit = b.cast(b.op("Equal", [x, y]), x.dtype);
    const axes = x.shape.flatMap((size, axis) => (y.shape[axis] === size ? [] : [axis]));
    return axes.length === 0 ? dy : b.mul(b.div(dy, b.sum(hit, axes, true)), hit);
  },
  fold: (elements) => elements.reduce((most, each) => Math.max(most, each), -Infinity),
});
