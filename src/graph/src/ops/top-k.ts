import { int, intAttribute, knownNumbers, text } from "../ir";
import { misfit, unsupported } from "../refusal";
import { dim, frontAxis } from "../shape";
import { input, output, traffic, type Operator } from "./operator";
import { sizeOf } from "../ir";

/** The k greatest (or least) elements along one axis, in order, and their places. */
export const topK: Operator = {
  name: "TopK",
  allowed: "buyer",
  inputs: [2, 2],
  attributes: { axis: "int", largest: "int", sorted: "int" },
  limits: "k must be constant.",
  read({ b, inputs, attributes }) {
    const x = input({ inputs }, 0);
    const [k] =
      knownNumbers(inputs[1]) ?? unsupported("TopK has a computed k.", "Export it with a constant number of elements.");
    // Any order is allowed where none is asked for; the sorted one is the same on every machine.
    return b.node(
      "TopK",
      [x, b.ints([k ?? misfit("TopK has no k.")])],
      {
        axis: int(frontAxis(intAttribute({ attributes }, "axis", -1), x.shape.length)),
        largest: int(intAttribute({ attributes }, "largest", 1)),
        sorted: int(1),
      },
      2,
    );
  },
  infer(draft) {
    const x = input(draft, 0);
    const axis = intAttribute(draft, "axis", -1);
    const [k = 0] = knownNumbers(draft.inputs[1]) ?? [];
    if (k > dim(x.shape, axis)) misfit(`TopK wants ${k} of ${dim(x.shape, axis)} elements.`);
    const shape = x.shape.map((size, i) => (i === axis ? k : size));
    return [
      { dtype: x.dtype, shape },
      { dtype: "int64", shape },
    ];
  },
  // Every place is chosen at most once, so nothing needs adding.
  gradient({ b, node, dy }) {
    const zeros = b.filled(dy.dtype, input(node, 0).shape, 0);
    const axis = int(intAttribute(node, "axis", -1));
    return [b.op("ScatterElements", [zeros, output(node, 1), dy], { axis, reduction: text("none") }), undefined];
  },
  cost: (node) => ({ flops: 4 * sizeOf(input(node, 0).shape), bytes: traffic(node) }),
};
