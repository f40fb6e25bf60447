import { knownNumbers, sameShape } from "../ir";
import { misfit, unsupported } from "../refusal";
import { broadcastShape } from "../shape";
import { broadcastNumbers } from "./families/elementwise";
import { input, moves, type Operator } from "./operator";

/** Repeats along dimensions of size one. */
export const expand: Operator = {
  name: "Expand",
  allowed: "buyer",
  inputs: [2, 2],
  read({ b, inputs }) {
    const shape =
      knownNumbers(inputs[1]) ??
      unsupported("Expand has a computed shape.", "Export with static shapes except for the batch.");
    const x = input({ inputs }, 0);
    const target = broadcastShape(x.shape, shape);
    return [sameShape(x.shape, target) ? x : b.expand(x, target)];
  },
  infer(draft) {
    const x = input(draft, 0);
    const shape = knownNumbers(draft.inputs[1]) ?? misfit("Expand needs a known shape.");
    return [{ dtype: x.dtype, shape: broadcastShape(x.shape, shape) }];
  },
  gradient: ({ b, node, dy }) => [b.sumTo(dy, input(node, 0).shape), undefined],
  fold: (inputs, _draft, type) => (inputs[0] === undefined ? [] : broadcastNumbers(inputs[0], type)),
  cost: moves,
};
