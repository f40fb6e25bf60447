import type { Builder } from "../builder";
import { int, intAttribute, knownNumbers, sizeOf, text, type Value } from "../ir";
import { misfit, unsupported } from "../refusal";
import { dim, frontAxis } from "../shape";
import { input, output, traffic, type Operator } from "./operator";

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
    if (k === undefined || k < 0) misfit("TopK has no k.");
    const axis = frontAxis(intAttribute({ attributes }, "axis", -1), x.shape.length);
    if (k === 0 || sizeOf(x.shape) === 0) return ofNothing(b, x, axis, k);
    // Any order is allowed where none is asked for; the sorted one is the same on every machine.
    const ordered = { axis: int(axis), largest: int(intAttribute({ attributes }, "largest", 1)), sorted: int(1) };
    return b.node("TopK", [x, b.ints([k])], ordered, 2);
  },
  infer(draft) {
    const x = input(draft, 0);
    const [k = 0] = knownNumbers(draft.inputs[1]) ?? [];
    const shape = chosenShape(x.shape, intAttribute(draft, "axis", -1), k);
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

function chosenShape(shape: readonly number[], axis: number, k: number): number[] {
  if (k > dim(shape, axis)) misfit(`TopK wants ${k} of ${dim(shape, axis)} elements.`);
  return shape.map((size, i) => (i === axis ? k : size));
}

/** No elements and no places. The kernel divides by the number of elements, so it does not get to see them. */
function ofNothing(b: Builder, x: Value, axis: number, k: number): Value[] {
  const shape = chosenShape(x.shape, axis, k);
  return [b.slice(x, [axis], [0], [k]), b.filled("int64", shape, 0)];
}
