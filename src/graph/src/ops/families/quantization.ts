import { input, perElement, type Operator } from "../operator";

/** An operator on x, a scalar scale and a scalar zero point, whose result has the type of one of them. */
export const quantization = (name: string, typed: "scale" | "zero point"): Operator => ({
  name,
  allowed: "compiler",
  inputs: [3, 3],
  infer: (draft) => [{ dtype: input(draft, typed === "scale" ? 1 : 2).dtype, shape: input(draft, 0).shape }],
  gradient: "none",
  cost: perElement(2),
});
