import { int, intAttribute, sizeOf } from "../ir";
import { misfit } from "../refusal";
import { dim, frontAxis } from "../shape";
import { input, moves, type Operator } from "./operator";

/** Joins along one axis. */
export const concat: Operator = {
  name: "Concat",
  allowed: "buyer",
  inputs: [1, 4096],
  attributes: { axis: "int" },
  read: ({ b, inputs, attributes }) => {
    const axis = frontAxis(intAttribute({ attributes }, "axis", 0), input({ inputs }, 0).shape.length);
    return [inputs.length === 1 ? input({ inputs }, 0) : b.op("Concat", inputs, { axis: int(axis) })];
  },
  infer(draft) {
    const first = input(draft, 0);
    const axis = frontAxis(intAttribute(draft, "axis", 0), first.shape.length);
    const parts = draft.inputs.map((_, i) => input(draft, i));
    const fits = parts.every(
      (part) =>
        part.dtype === first.dtype &&
        part.shape.length === first.shape.length &&
        part.shape.every((size, i) => i === axis || size === first.shape[i]),
    );
    if (!fits) misfit("Concat has parts that differ in more than the joined axis.");
    const total = parts.reduce((sum, part) => sum + dim(part.shape, axis), 0);
    return [{ dtype: first.dtype, shape: first.shape.map((size, i) => (i === axis ? total : size)) }];
  },
  gradient({ b, node, dy }) {
    const axis = intAttribute(node, "axis", 0);
    return b.split(
      dy,
      node.inputs.map((_, i) => dim(input(node, i).shape, axis)),
      axis,
    );
  },
  fold(inputs, draft, type) {
    const axis = frontAxis(intAttribute(draft, "axis", 0), type.shape.length);
    const outer = sizeOf(type.shape.slice(0, axis));
    return Array.from({ length: outer }, (_, row) =>
      inputs.flatMap(({ data, shape }) => {
        const width = sizeOf(shape.slice(axis));
        return Array.from(data.slice(row * width, (row + 1) * width), Number);
      }),
    ).flat();
  },
  cost: moves,
};
