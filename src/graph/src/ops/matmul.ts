import type { Builder } from "../builder";
import { intAttribute, isFloat, sizeOf, type Attributes, type Node, type Value } from "../ir";
import { misfit } from "../refusal";
import { broadcastShape, dim } from "../shape";
import { input, output, traffic, type Draft, type Operator } from "./operator";

/** Shape of op(a) op(b) for stacks of matrices. */
export function productShape(a: readonly number[], b: readonly number[], attributes: Attributes = {}): number[] {
  const node = { attributes };
  const [m, k] = intAttribute(node, "transA", 0) === 1 ? [dim(a, -1), dim(a, -2)] : [dim(a, -2), dim(a, -1)];
  const [l, n] = intAttribute(node, "transB", 0) === 1 ? [dim(b, -1), dim(b, -2)] : [dim(b, -2), dim(b, -1)];
  if (k !== l) misfit(`The matrices [${a.join(", ")}] and [${b.join(", ")}] do not multiply.`);
  return [...broadcastShape(a.slice(0, -2), b.slice(0, -2)), m, n];
}

/** Floating-point operations and bytes of a matrix product. */
export function productCost(node: Node): { flops: number; bytes: number } {
  const a = input(node, 0);
  const k = intAttribute(node, "transA", 0) === 1 ? dim(a.shape, -2) : dim(a.shape, -1);
  return { flops: 2 * k * sizeOf(node.outputs[0]?.shape ?? []), bytes: traffic(node) };
}

/** Types of a matrix product node. */
export function inferProduct(draft: Draft): { dtype: Value["dtype"]; shape: number[] }[] {
  const [a, b] = [input(draft, 0), input(draft, 1)];
  if (a.dtype !== b.dtype || !isFloat(a.dtype))
    misfit(`A matrix product needs two floating-point operands and got ${a.dtype} and ${b.dtype}.`);
  return [{ dtype: a.dtype, shape: productShape(a.shape, b.shape, draft.attributes) }];
}

/** A product of stacks of matrices; the fused kernel has no float64 form, so transposes stay separate there. */
export function stackedProduct(
  b: Builder,
  x: Value,
  y: Value,
  o: { transA?: boolean; transB?: boolean; alpha?: number },
): Value {
  if (x.dtype === "float32") return b.fusedMatMul(x, y, o);
  const flip = (value: Value) =>
    b.transpose(value, [...value.shape.slice(0, -2).map((_, i) => i), value.shape.length - 1, value.shape.length - 2]);
  return b.scale(b.op("MatMul", [o.transA === true ? flip(x) : x, o.transB === true ? flip(y) : y]), o.alpha ?? 1);
}

/** Matrix product as in NumPy. Operands of rank one get a dimension on reading and lose it after. */
export const matmul: Operator = {
  name: "MatMul",
  allowed: "buyer",
  inputs: [2, 2],
  read({ b, inputs }) {
    const [x, y] = [input({ inputs }, 0), input({ inputs }, 1)];
    const left = x.shape.length === 1 ? b.reshape(x, [1, ...x.shape]) : x;
    const right = y.shape.length === 1 ? b.reshape(y, [...y.shape, 1]) : y;
    const product = b.op("MatMul", [left, right]);
    const drop = [
      ...(x.shape.length === 1 ? [product.shape.length - 2] : []),
      ...(y.shape.length === 1 ? [product.shape.length - 1] : []),
    ];
    return [
      b.reshape(
        product,
        product.shape.filter((_, axis) => !drop.includes(axis)),
      ),
    ];
  },
  infer: inferProduct,
  gradient({ b, node, dy }) {
    const [x, y] = [input(node, 0), input(node, 1)];
    if (y.shape.length === 2) {
      const rows = b.rows(dy);
      return [
        b.reshape(b.gemm(rows, y, undefined, { transB: true }), x.shape),
        b.gemm(b.rows(x), rows, undefined, { transA: true }),
      ];
    }
    return [
      b.sumTo(stackedProduct(b, dy, y, { transB: true }), x.shape),
      b.sumTo(stackedProduct(b, x, dy, { transA: true }), y.shape),
    ];
  },
  // The kernel does not repeat a matrix for an empty stack of others.
  lower: (b, node) => {
    const { dtype, shape } = output(node);
    return sizeOf(shape) === 0 ? [b.filled(dtype, shape, 0)] : undefined;
  },
  cost: productCost,
};
