import type { Value } from "../ir";
import { misfit } from "../refusal";
import { input, perElement, type Operator } from "./operator";

/** Limits elements to bounds. Computed bounds become Max and Min on reading. */
export const clip: Operator = {
  name: "Clip",
  allowed: "buyer",
  inputs: [1, 3],
  read({ b, inputs }) {
    const x = input({ inputs }, 0);
    const [low, high] = [inputs[1], inputs[2]];
    const isConstant = (bound: Value | undefined) => bound === undefined || bound.data?.length === 1;
    if (isConstant(low) && isConstant(high)) return [b.op("Clip", inputs)];
    const raised = low === undefined ? x : b.op("Max", [x, low]);
    return [high === undefined ? raised : b.op("Min", [raised, high])];
  },
  infer(draft) {
    const x = input(draft, 0);
    for (const bound of draft.inputs.slice(1))
      if (bound !== undefined && bound.dtype !== x.dtype) misfit("Clip has a bound of another type than its input.");
    return [{ dtype: x.dtype, shape: x.shape }];
  },
  gradient({ b, node, dy, y }) {
    const inside = b.op("Equal", [input(node, 0), y]);
    return [b.where(inside, dy, b.scalar(dy.dtype, 0)), undefined, undefined];
  },
  cost: perElement(2),
};
