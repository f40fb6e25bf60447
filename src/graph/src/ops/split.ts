import { int, intAttribute, knownNumbers } from "../ir";
import { misfit, unsupported } from "../refusal";
import { dim, frontAxis } from "../shape";
import { input, moves, output, type Draft, type Operator } from "./operator";

/** Cuts along one axis into parts of known sizes. */
export const split: Operator = {
  name: "Split",
  allowed: "buyer",
  inputs: [1, 2],
  attributes: { axis: "int", num_outputs: "int" },
  read({ b, inputs, attributes, outputCount }) {
    const x = input({ inputs }, 0);
    const axis = frontAxis(intAttribute({ attributes }, "axis", 0), x.shape.length);
    const total = dim(x.shape, axis);
    const each = Math.ceil(total / outputCount);
    const even = Array.from({ length: outputCount }, (_, i) => Math.max(0, Math.min(each, total - i * each)));
    const sizes =
      inputs[1] === undefined
        ? even
        : (knownNumbers(inputs[1]) ?? unsupported("Split has computed sizes.", "Export it with constant sizes."));
    if (x.data === undefined) return b.node("Split", [x, b.ints(sizes)], { axis: int(axis) }, sizes.length);
    // Parts of a constant are constants: shapes are cut up this way.
    const starts = sizes.map((_, i) => sizes.slice(0, i).reduce((sum, size) => sum + size, 0));
    return sizes.map((size, i) => b.slice(x, [axis], [starts[i] ?? 0], [(starts[i] ?? 0) + size]));
  },
  infer(draft) {
    const x = input(draft, 0);
    const axis = intAttribute(draft, "axis", 0);
    const sizes = sizesOf(draft);
    if (
      sizes.some((size) => size < 0) ||
      sizes.length !== draft.outputCount ||
      sizes.reduce((a, b) => a + b, 0) !== dim(x.shape, axis)
    ) {
      misfit(`Split into [${sizes.join(", ")}] does not cover the axis of size ${dim(x.shape, axis)}.`);
    }
    return sizes.map((size) => ({ dtype: x.dtype, shape: x.shape.map((old, i) => (i === axis ? size : old)) }));
  },
  gradient({ b, node, dys }) {
    const parts = node.outputs.map((_, i) => dys[i] ?? b.filled(output(node, i).dtype, output(node, i).shape, 0));
    return [b.concat(parts, intAttribute(node, "axis", 0)), undefined];
  },
  cost: moves,
};

function sizesOf(draft: Draft): number[] {
  return knownNumbers(draft.inputs[1]) ?? misfit("Split needs known sizes.");
}
