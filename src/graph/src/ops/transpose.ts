import { ints, intsAttribute, type Attributes } from "../ir";
import { misfit } from "../refusal";
import { dim, frontAxes, stridesOf } from "../shape";
import { input, moves, type Operator } from "./operator";

/** Permutes the axes; without `perm` it reverses them. */
export const transpose: Operator = {
  name: "Transpose",
  allowed: "buyer",
  inputs: [1, 1],
  attributes: { perm: "ints" },
  read: ({ b, inputs, attributes }) => {
    const x = input({ inputs }, 0);
    return [b.transpose(x, permutation(attributes, x.shape.length))];
  },
  infer(draft) {
    const x = input(draft, 0);
    return [{ dtype: x.dtype, shape: permutation(draft.attributes, x.shape.length).map((axis) => dim(x.shape, axis)) }];
  },
  gradient({ b, node, dy }) {
    const perm = permutation(node.attributes, dy.shape.length);
    return [b.op("Transpose", [dy], { perm: ints(perm.map((_, axis) => perm.indexOf(axis))) })];
  },
  fold(inputs, draft, type) {
    const [x] = inputs;
    const from = stridesOf(x?.shape ?? []);
    const to = stridesOf(type.shape);
    const perm = permutation(draft.attributes, type.shape.length);
    return Array.from({ length: x?.data.length ?? 0 }, (_, at) => {
      const source = perm.reduce(
        (sum, axis, i) => sum + (Math.floor(at / (to[i] ?? 1)) % (type.shape[i] ?? 1)) * (from[axis] ?? 0),
        0,
      );
      return Number(x?.data[source] ?? 0);
    });
  },
  cost: moves,
};

/** The permutation of a Transpose node on a tensor of the rank. */
export function permutation(attributes: Attributes, rank: number): readonly number[] {
  const perm = intsAttribute({ attributes }, "perm") ?? Array.from({ length: rank }, (_, i) => rank - 1 - i);
  if (perm.length !== rank || frontAxes(perm, rank).length !== rank || perm.some((axis) => axis < 0))
    misfit(`[${perm.join(", ")}] does not permute ${rank} axes.`);
  return perm;
}
