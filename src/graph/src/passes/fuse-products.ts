import type { Builder } from "../builder";
import type { Scope } from "../scope";
import { floatAttribute, intAttribute, intsAttribute, knownNumbers, type Graph, type Node, type Value } from "../ir";
import { dim } from "../shape";
import { rewrite } from "./rewrite";

/**
 * Before differentiation: a product with a weight matrix (and the bias after it) becomes one Gemm on flattened rows, and
 * a product of stacks takes the transpose and the constant factor around it into FusedMatMul. Their gradients are then
 * products of the same kind, without copies.
 */
export function fuseProducts(graph: Graph, scope: Scope): void {
  let users = countUsers(graph);
  rewrite(graph, scope, (b, node) => {
    if (node.op === "MatMul") return fuseTranspose(b, node);
    if (node.op === "Mul" || node.op === "Div") return fuseFactor(b, node, users);
    return undefined;
  });
  users = countUsers(graph);
  rewrite(graph, scope, (b, node) => (node.op === "Add" ? fuseBias(b, node, users) : undefined));
  rewrite(graph, scope, (b, node) => (node.op === "MatMul" && isLinear(node) ? [rowProduct(b, node)] : undefined));
}

function countUsers(graph: Graph): Map<Value, number> {
  const users = new Map<Value, number>();
  const use = (value: Value | undefined): void =>
    void (value !== undefined && users.set(value, (users.get(value) ?? 0) + 1));
  for (const node of graph.nodes) node.inputs.forEach(use);
  graph.outputs.forEach(use);
  return users;
}

const isLinear = (node: Node): boolean => node.inputs[1]?.shape.length === 2;

function rowProduct(b: Builder, node: Node, bias?: Value): Value {
  const [x, w] = node.inputs;
  const [y] = node.outputs;
  if (x === undefined || w === undefined || y === undefined) return b.op("MatMul", node.inputs);
  // Exporters store a linear layer's weights as [out, in] and turn them around before the product.
  const turned = w.producer?.op === "Transpose" ? w.producer.inputs[0] : undefined;
  if (turned !== undefined) return b.reshape(b.gemm(b.rows(x), turned, bias, { transB: true }), y.shape);
  return b.reshape(b.gemm(b.rows(x), w, bias), y.shape);
}

/** Add(MatMul(x, w), bias) with nothing else using the product. */
function fuseBias(b: Builder, node: Node, users: ReadonlyMap<Value, number>): readonly Value[] | undefined {
  for (const [product, bias] of [
    [node.inputs[0], node.inputs[1]],
    [node.inputs[1], node.inputs[0]],
  ]) {
    const inner = product?.producer;
    if (
      product === undefined ||
      bias === undefined ||
      inner?.op !== "MatMul" ||
      !isLinear(inner) ||
      users.get(product) !== 1
    )
      continue;
    if (bias.shape.length === 1 && bias.shape[0] === dim(product.shape, -1)) return [rowProduct(b, inner, bias)];
  }
  return undefined;
}

/** The value under a transpose of the last two axes. */
function underTranspose(value: Value | undefined): Value | undefined {
  const node = value?.producer;
  if (node?.op !== "Transpose") return undefined;
  const rank = node.outputs[0]?.shape.length ?? 0;
  const perm = intsAttribute(node, "perm");
  const swapsLast = perm?.every((axis, i) => axis === (i === rank - 1 ? rank - 2 : i === rank - 2 ? rank - 1 : i));
  return rank > 2 && swapsLast === true ? node.inputs[0] : undefined;
}

function fuseTranspose(b: Builder, node: Node): readonly Value[] | undefined {
  const [x, y] = node.inputs;
  if (x?.dtype !== "float32" || y === undefined) return undefined;
  const [left, right] = [underTranspose(x), underTranspose(y)];
  if (left === undefined && right === undefined) return undefined;
  return [b.fusedMatMul(left ?? x, right ?? y, { transA: left !== undefined, transB: right !== undefined })];
}

/** Mul or Div of a stacked product by one constant. */
function fuseFactor(b: Builder, node: Node, users: ReadonlyMap<Value, number>): readonly Value[] | undefined {
  const [product, factor] = node.inputs;
  const inner = product?.producer;
  const [number, ...rest] = factor?.data === undefined ? [] : (knownNumbers(factor) ?? []);
  const scalar =
    number !== undefined && rest.length === 0 && (factor?.shape.length ?? 9) <= (product?.shape.length ?? 0);
  if (inner === undefined || product === undefined || !scalar || product.dtype !== "float32") return undefined;
  // A product rewritten a moment ago is a new value that nothing was counted for; the old one had this single user.
  if ((users.get(product) ?? 1) !== 1 || (inner.op !== "FusedMatMul" && (inner.op !== "MatMul" || isLinear(inner))))
    return undefined;
  const [x, y] = inner.inputs;
  if (x === undefined || y === undefined) return undefined;
  const alpha = floatAttribute(inner, "alpha", 1) * (node.op === "Mul" ? number : 1 / number);
  const flips = { transA: intAttribute(inner, "transA", 0) === 1, transB: intAttribute(inner, "transB", 0) === 1 };
  return [b.fusedMatMul(x, y, { ...flips, alpha })];
}
