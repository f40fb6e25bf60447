import { floatAttribute, intAttribute, type Value } from "../ir";
import { misfit } from "../refusal";
import { inferProduct, productCost, stackedProduct } from "./matmul";
import { input, type Draft, type Operator } from "./operator";

/**
 * Matrix product with transposes and a factor built in: alpha op(a) op(b). With transBatchB the second operand is [k,
 * batch..., n] instead of [batch..., k, n]. Only we emit it.
 */
export const fusedMatmul: Operator = {
  name: "FusedMatMul",
  domain: "com.microsoft",
  allowed: "compiler",
  inputs: [2, 2],
  attributes: { transA: "int", transB: "int", transBatchB: "int", alpha: "float" },
  infer(draft) {
    const y = input(draft, 1);
    return inferProduct(batchesFirst(draft) ? { ...draft, inputs: [draft.inputs[0], matricesFirst(y)] } : draft);
  },
  gradient({ b, node, dy }) {
    if (batchesFirst(node)) misfit("A product that reads its batch axes first is made after differentiation only.");
    const [x, y] = [input(node, 0), input(node, 1)];
    const transA = intAttribute(node, "transA", 0) === 1;
    const transB = intAttribute(node, "transB", 0) === 1;
    const alpha = floatAttribute(node, "alpha", 1);
    const times = (left: Value, right: Value, flipLeft: boolean, flipRight: boolean) =>
      stackedProduct(b, left, right, { transA: flipLeft, transB: flipRight, alpha });
    const dx = transA ? times(y, dy, transB, true) : times(dy, y, false, !transB);
    const dz = transB ? times(dy, x, true, transA) : times(x, dy, !transA, false);
    return [b.sumTo(dx, x.shape), b.sumTo(dz, y.shape)];
  },
  cost: productCost,
};

const batchesFirst = (node: Pick<Draft, "attributes">): boolean => intAttribute(node, "transBatchB", 0) === 1;

/** The type of an operand [k, batch..., n] seen as [batch..., k, n]. */
function matricesFirst(value: Value): Value {
  const [k = 1, ...rest] = value.shape;
  return { ...value, shape: [...rest.slice(0, -1), k, ...rest.slice(-1)] };
}
