import { floatAttribute, type Graph, type Node, type Value } from "../ir";
import type { Scope } from "../scope";
import { misfit } from "../refusal";
import type { Builder } from "../builder";
import { rewrite } from "./rewrite";

/** The two factors of an adapter, [in, rank] and [rank, out]. */
export interface AdapterValues {
  readonly a: Value;
  readonly b: Value;
}

/**
 * Before differentiation: adds (x A) B scale to every product x W of an adapted weight. So the large product keeps no
 * gradient of its own, and the adapter costs rank / in + rank / out of it.
 */
export function insertAdapters(
  graph: Graph,
  scope: Scope,
  adapters: ReadonlyMap<Value, AdapterValues>,
  scale: number,
): void {
  if (adapters.size === 0) return;
  rewrite(graph, scope, (b, node) => {
    const weight = weightOf(node);
    const adapter = weight === undefined ? undefined : adapters.get(weight);
    return adapter === undefined ? undefined : [adapted(b, node, adapter, scale)];
  });
}

/** The weight matrix of a product, seen through a transpose. */
function weightOf(node: Node): Value | undefined {
  if (node.op !== "MatMul" && node.op !== "Gemm") return undefined;
  const right = node.inputs[1];
  return right?.producer?.op === "Transpose" ? right.producer.inputs[0] : right;
}

function adapted(b: Builder, node: Node, adapter: AdapterValues, scale: number): Value {
  const [x] = node.inputs;
  const [y] = node.outputs;
  if (x === undefined || y === undefined) misfit("A product lacks an operand.");
  const product = b.op(node.op, node.inputs, node.attributes);
  const factor = scale * (node.op === "Gemm" ? floatAttribute(node, "alpha", 1) : 1);
  const low = b.gemm(b.rows(x), adapter.a, undefined, { alpha: factor });
  const delta = b.gemm(low, adapter.b);
  return b.add(product, b.reshape(delta, y.shape));
}
