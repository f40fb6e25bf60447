import { int, intAttribute, text } from "../ir";
import { misfit } from "../refusal";
import { frontAxis } from "../shape";
import { input, moves, type Operator } from "./operator";

/** Reads elements at numbered places along one axis. */
export const gatherElements: Operator = {
  name: "GatherElements",
  allowed: "buyer",
  inputs: [2, 2],
  attributes: { axis: "int" },
  infer(draft) {
    const [x, indices] = [input(draft, 0), input(draft, 1)];
    frontAxis(intAttribute(draft, "axis", 0), x.shape.length);
    if (indices.shape.length !== x.shape.length) misfit("GatherElements needs indices of the data's rank.");
    if (indices.dtype !== "int64" && indices.dtype !== "int32")
      misfit(`GatherElements has indices of type ${indices.dtype}.`);
    return [{ dtype: x.dtype, shape: indices.shape }];
  },
  gradient({ b, node, dy }) {
    const [x, indices] = [input(node, 0), input(node, 1)];
    const axis = int(frontAxis(intAttribute(node, "axis", 0), x.shape.length));
    return [
      b.op("ScatterElements", [b.filled(dy.dtype, x.shape, 0), indices, dy], { axis, reduction: text("add") }),
      undefined,
    ];
  },
  cost: moves,
};
