import { int, intAttribute, knownNumbers, sizeOf } from "../ir";
import { unsupported } from "../refusal";
import { frontAxis } from "../shape";
import { input, traffic, type Operator } from "./operator";

/** Running sums along one axis. The gradient of a place collects from all sums it is part of: those in the other direction. */
export const cumSum: Operator = {
  name: "CumSum",
  allowed: "buyer",
  inputs: [2, 2],
  attributes: { exclusive: "int", reverse: "int" },
  limits: "The axis must be constant.",
  read({ b, inputs, attributes }) {
    const x = input({ inputs }, 0);
    const [axis] =
      knownNumbers(inputs[1]) ?? unsupported("CumSum has a computed axis.", "Export it with a constant axis.");
    return [b.op("CumSum", [x, b.scalar("int64", frontAxis(axis ?? 0, x.shape.length))], attributes)];
  },
  infer: (draft) => [{ dtype: input(draft, 0).dtype, shape: input(draft, 0).shape }],
  gradient({ b, node, dy }) {
    const attributes = {
      exclusive: int(intAttribute(node, "exclusive", 0)),
      reverse: int(1 - intAttribute(node, "reverse", 0)),
    };
    return [b.op("CumSum", [dy, input(node, 1)], attributes), undefined];
  },
  cost: (node) => ({ flops: sizeOf(input(node, 0).shape), bytes: traffic(node) }),
};
