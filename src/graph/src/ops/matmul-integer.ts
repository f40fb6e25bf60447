import { misfit } from "../refusal";
import { inferProduct, productCost } from "./matmul";
import { input, type Operator } from "./operator";

/** Sums of products of (a - zero point), a uint8 [..., m, k], and b, int8 [..., k, n], in int32. */
export const matmulInteger: Operator = {
  name: "MatMulInteger",
  allowed: "compiler",
  inputs: [3, 3],
  infer(draft) {
    const [a, b] = [input(draft, 0), input(draft, 1)];
    if (a.dtype !== "uint8" || b.dtype !== "int8") misfit("MatMulInteger takes uint8 and int8.");
    const float = (operand: typeof a) => ({ ...operand, dtype: "float32" as const });
    return inferProduct({ ...draft, inputs: [float(a), float(b)] }).map(({ shape }) => ({ dtype: "int32", shape }));
  },
  gradient: "none",
  cost: productCost,
};
