import { knownNumbers } from "../ir";
import { misfit, unsupported } from "../refusal";
import { input, perElement, type Operator } from "./operator";

/** Limits elements to constant bounds. */
export const clip: Operator = {
  name: "Clip",
  allowed: "buyer",
  inputs: [1, 3],
  infer(draft) {
    const x = input(draft, 0);
    for (const bound of draft.inputs.slice(1)) {
      if (bound === undefined) continue;
      if (knownNumbers(bound)?.length !== 1)
        unsupported("Clip has a bound that is not one constant.", "Use constant scalar bounds.");
      if (bound.dtype !== x.dtype) misfit("Clip has a bound of another type than its input.");
    }
    return [{ dtype: x.dtype, shape: x.shape }];
  },
  gradient({ b, node, dy, y }) {
    const inside = b.op("Equal", [input(node, 0), y]);
    return [b.where(inside, dy, b.scalar(dy.dtype, 0)), undefined, undefined];
  },
  cost: perElement(2),
};
