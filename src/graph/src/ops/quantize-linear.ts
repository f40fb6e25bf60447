import { input, perElement, type Operator } from "./operator";

/** round(x / scale) + zero point, halves to even, saturated to the type of the zero point. scale and zero point are scalars. */
export const quantizeLinear: Operator = {
  name: "QuantizeLinear",
  allowed: "compiler",
  inputs: [3, 3],
  infer: (draft) => [{ dtype: input(draft, 2).dtype, shape: input(draft, 0).shape }],
  gradient: "none",
  cost: perElement(2),
};
