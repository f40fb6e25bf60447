import { int, intAttribute, sameShape, text, textAttribute } from "../ir";
import { misfit, unsupported } from "../refusal";
import { frontAxis } from "../shape";
import { input, traffic, type Operator } from "./operator";
import { sizeOf } from "../ir";

/** Writes (or adds) updates at numbered places along one axis. */
export const scatterElements: Operator = {
  name: "ScatterElements",
  allowed: "buyer",
  inputs: [3, 3],
  attributes: { axis: "int", reduction: "string" },
  limits: "The reduction is none or add.",
  infer(draft) {
    const [x, indices, updates] = [input(draft, 0), input(draft, 1), input(draft, 2)];
    const mode = textAttribute(draft, "reduction", "none");
    if (mode !== "none" && mode !== "add")
      unsupported(`ScatterElements with reduction "${mode}" is not supported.`, "Use none or add.");
    frontAxis(intAttribute(draft, "axis", 0), x.shape.length);
    if (
      !sameShape(indices.shape, updates.shape) ||
      indices.shape.length !== x.shape.length ||
      updates.dtype !== x.dtype
    )
      misfit("ScatterElements has operands that do not fit together.");
    if (indices.dtype !== "int64" && indices.dtype !== "int32")
      misfit(`ScatterElements has indices of type ${indices.dtype}.`);
    return [{ dtype: x.dtype, shape: x.shape }];
  },
  // Overwritten places pass no gradient to the data; every update receives the gradient of the place it was written to.
  gradient({ b, node, dy }) {
    const indices = input(node, 1);
    const axis = int(frontAxis(intAttribute(node, "axis", 0), dy.shape.length));
    const adds = textAttribute(node, "reduction", "none") === "add";
    const zeros = b.filled(dy.dtype, indices.shape, 0);
    const dx = adds ? dy : b.op("ScatterElements", [dy, indices, zeros], { axis, reduction: text("none") });
    return [dx, undefined, b.op("GatherElements", [dy, indices], { axis })];
  },
  cost: (node) => ({ flops: sizeOf(input(node, 1).shape), bytes: traffic(node) }),
};
