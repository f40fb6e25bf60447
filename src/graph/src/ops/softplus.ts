import { unary } from "./families/elementwise";
import { input } from "./operator";

export const softplus = unary({
  name: "Softplus",
  flops: 25,
  gradient: ({ b, dy }, x) => b.mul(dy, b.op("Sigmoid", [x])),
  // log(1 + e^x) = max(x, 0) + log(1 + e^-|x|); the fused kernel differs between vector widths.
  lower: (b, node) => {
    const x = input(node, 0);
    const tail = b.op("Log", [b.shift(b.exp(b.neg(b.op("Abs", [x]))), 1)]);
    return [b.add(b.op("Max", [x, b.scalar(x.dtype, 0)]), tail)];
  },
});
