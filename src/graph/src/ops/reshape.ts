import { intAttribute, knownNumbers, sizeOf } from "../ir";
import { misfit, unsupported } from "../refusal";
import { free, input, type Operator } from "./operator";

/** Gives the same elements another shape; 0 keeps a dimension and -1 is worked out. */
export const reshape: Operator = {
  name: "Reshape",
  allowed: "buyer",
  inputs: [2, 2],
  attributes: { allowzero: "int" },
  read({ b, inputs, attributes }) {
    const x = input({ inputs }, 0);
    const asked =
      knownNumbers(inputs[1]) ??
      unsupported("Reshape has a computed shape.", "Export with static shapes except for the batch.");
    const keep = intAttribute({ attributes }, "allowzero", 0) === 0;
    const shape = asked.map((size, i) =>
      size === 0 && keep ? (x.shape[i] ?? misfit("Reshape keeps a dimension that is not there.")) : size,
    );
    if (shape.some((size) => size < -1) || shape.filter((size) => size === -1).length > 1)
      misfit(`Reshape to [${asked.join(", ")}] is not possible.`);
    const known = sizeOf(shape.filter((size) => size !== -1));
    const rest = known === 0 ? 0 : sizeOf(x.shape) / known;
    return [
      b.reshape(
        x,
        shape.map((size) => (size === -1 ? rest : size)),
      ),
    ];
  },
  infer(draft) {
    const x = input(draft, 0);
    const shape = knownNumbers(draft.inputs[1]) ?? misfit("Reshape needs a known shape.");
    if (sizeOf(shape) !== sizeOf(x.shape))
      misfit(`Reshape of [${x.shape.join(", ")}] to [${shape.join(", ")}] changes the number of elements.`);
    return [{ dtype: x.dtype, shape }];
  },
  gradient: ({ b, node, dy }) => [b.reshape(dy, input(node, 0).shape), undefined],
  fold: (inputs) => Array.from(inputs[0]?.data ?? [], Number),
  cost: free,
};
