import { input, perElement, type Operator } from "./operator";

/** (x - zero point) * scale. scale and zero point are scalars. */
export const dequantizeLinear: Operator = {
  name: "DequantizeLinear",
  allowed: "compiler",
  inputs: [3, 3],
  infer: (draft) => [{ dtype: input(draft, 1).dtype, shape: input(draft, 0).shape }],
  gradient: "none",
  cost: perElement(2),
};
