import { floatAttribute, intAttribute } from "../ir";
import { misfit } from "../refusal";
import { broadcastShape } from "../shape";
import { inferProduct, productCost } from "./matmul";
import { input, type Operator } from "./operator";

/** alpha op(a) op(b) + beta c on matrices. */
export const gemm: Operator = {
  name: "Gemm",
  allowed: "buyer",
  inputs: [2, 3],
  attributes: { alpha: "float", beta: "float", transA: "int", transB: "int" },
  infer(draft) {
    const [a, b, c] = [input(draft, 0), input(draft, 1), draft.inputs[2]];
    if (a.shape.length !== 2 || b.shape.length !== 2) misfit("Gemm takes matrices.");
    const [type] = inferProduct(draft);
    if (type === undefined) misfit("Gemm has no result.");
    const wide = c === undefined ? type.shape : broadcastShape(c.shape, type.shape);
    if ((c !== undefined && c.dtype !== type.dtype) || wide.join() !== type.shape.join())
      misfit("The third operand of Gemm does not fit its product.");
    return [type];
  },
  gradient({ b, node, dy }) {
    const [x, y, c] = [input(node, 0), input(node, 1), node.inputs[2]];
    const transA = intAttribute(node, "transA", 0) === 1;
    const transB = intAttribute(node, "transB", 0) === 1;
    const alpha = floatAttribute(node, "alpha", 1);
    const dx = transA
      ? b.gemm(y, dy, undefined, { transA: transB, transB: true, alpha })
      : b.gemm(dy, y, undefined, { transB: !transB, alpha });
    const dz = transB
      ? b.gemm(dy, x, undefined, { transA: true, transB: transA, alpha })
      : b.gemm(x, dy, undefined, { transA: !transA, alpha });
    return [dx, dz, c === undefined ? undefined : b.scale(b.sumTo(dy, c.shape), floatAttribute(node, "beta", 1))];
  },
  cost: productCost,
};
