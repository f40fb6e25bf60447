import { floatAttribute, intAttribute, type Value } from "../ir";
import { inferProduct, productCost, stackedProduct } from "./matmul";
import { input, type Operator } from "./operator";

/** Matrix product with transposes and a factor built in: alpha op(a) op(b). Only we emit it. */
export const fusedMatmul: Operator = {
  name: "FusedMatMul",
  domain: "com.microsoft",
  allowed: "compiler",
  inputs: [2, 2],
  attributes: { transA: "int", transB: "int", alpha: "float" },
  infer: inferProduct,
  gradient({ b, node, dy }) {
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
