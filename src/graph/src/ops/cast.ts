import { intAttribute, isFloat, numbersOf, type DataType } from "../ir";
import { ELEMENT_TYPES, HALF_TYPES } from "../onnx/model";
import { misfit, unsupported } from "../refusal";
import { input, moves, type Draft, type Operator } from "./operator";

/** Changes the element type; the gradient passes between floating-point types only. */
export const cast: Operator = {
  name: "Cast",
  allowed: "buyer",
  inputs: [1, 1],
  attributes: { to: "int", saturate: "int" },
  read: ({ b, inputs, attributes }) => [
    b.cast(input({ inputs }, 0), elementType(intAttribute({ attributes }, "to", 0))),
  ],
  infer: (draft) => [{ dtype: castType(draft), shape: input(draft, 0).shape }],
  gradient: ({ b, node, dy }) => {
    const from = input(node, 0).dtype;
    return [isFloat(from) && isFloat(dy.dtype) ? b.cast(dy, from) : undefined];
  },
  fold: (inputs, draft) => {
    const to = castType(draft);
    return (inputs[0] === undefined ? [] : numbersOf(inputs[0].data)).map((x) =>
      to === "bool" ? Number(x !== 0) : isFloat(to) ? x : Math.trunc(finite(x)),
    );
  },
  cost: moves,
};

/** What a Cast in a graph of ours makes; a buyer's Cast to a half type is refused on reading. */
function castType(draft: Pick<Draft, "attributes">): DataType {
  const code = intAttribute(draft, "to", 0);
  return HALF_TYPES.get(code) ?? elementType(code);
}

/** The element type that an ONNX code stands for. */
export function elementType(code: number): DataType {
  const dtype = ELEMENT_TYPES.get(code);
  if (code <= 0 || code > 30) misfit(`Cast to element type ${code}, which does not exist.`);
  return dtype ?? unsupported(`Cast to ONNX element type ${code} is not supported.`, "Export the model in float32.");
}

function finite(x: number): number {
  return Number.isFinite(x) ? x : misfit("Cast of a number that is not finite to an integer.");
}
