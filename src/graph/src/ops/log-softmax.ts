import { input, perElement, type Operator } from "./operator";
import { axisOf, belowMaximum, inferAlong } from "./softmax";

/** Logarithm of the normalised exponentials along one axis. */
export const logSoftmax: Operator = {
  name: "LogSoftmax",
  allowed: "buyer",
  inputs: [1, 1],
  attributes: { axis: "int" },
  infer: (draft) => [inferAlong(draft)],
  gradient: ({ b, node, dy, y }) => [b.sub(dy, b.mul(b.exp(y), b.sum(dy, [axisOf(node)], true)))],
  lower(b, node) {
    const axis = axisOf(node);
    const z = belowMaximum(b, input(node, 0), axis);
    return [b.sub(z, b.op("Log", [b.sum(b.exp(z), [axis], true)]))];
  },
  cost: perElement(15),
};
