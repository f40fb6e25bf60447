import type { Scope } from "../scope";
import type { Builder } from "../builder";
import type { Graph, Node, Value } from "../ir";
import { permutation } from "../ops/transpose";
import { rewrite } from "./rewrite";

/**
 * Makes one Reshape of a Reshape of a Reshape, and one Transpose of two or none at all. Rules write them down without
 * knowing of each other; joined, equal values are seen to be equal, and images stay turned from layer to layer.
 */
export function joinMoves(graph: Graph, scope: Scope): void {
  rewrite(graph, scope, (b, node) => {
    const [x] = node.inputs;
    const [y] = node.outputs;
    const inner = x?.producer;
    if (x === undefined || y === undefined || inner?.op !== node.op || x.data !== undefined) return undefined;
    const [source] = inner.inputs;
    if (source === undefined) return undefined;
    if (node.op === "Reshape") return [b.reshape(source, y.shape)];
    return node.op === "Transpose" ? [joinedTranspose(b, source, inner, node)] : undefined;
  });
}

function joinedTranspose(b: Builder, source: Value, inner: Node, outer: Node): Value {
  const first = permutation(inner.attributes, source.shape.length);
  const second = permutation(outer.attributes, source.shape.length);
  return b.transpose(
    source,
    second.map((axis) => first[axis] ?? axis),
  );
}
