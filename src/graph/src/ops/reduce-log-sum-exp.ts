import { reducedAxes, reduction } from "./families/reduction";
import { input, output } from "./operator";

/** log sum e^x, measured from the maximum so that nothing overflows. y = log sum e^x  =>  dx = dy e^(x - y). */
export const reduceLogSumExp = reduction({
  name: "ReduceLogSumExp",
  gradient: ({ b }, x, { dy, y }) => b.mul(dy, b.exp(b.sub(x, y))),
  lower: (b, node) => {
    const x = input(node, 0);
    const axes = reducedAxes(node);
    const top = b.reduce("ReduceMax", x, axes, true);
    const total = b.sum(b.exp(b.sub(x, top)), axes, true);
    return [b.reshape(b.add(top, b.op("Log", [total])), output(node).shape)];
  },
});
