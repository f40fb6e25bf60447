import { Builder } from "../builder";
import type { Scope } from "../scope";
import type { Graph, Node, Value } from "../ir";

/**
 * Walks a graph in order and lets `replace` stand other values in for a node's outputs; nodes it builds take the
 * node's place. Returning undefined keeps the node.
 */
export function rewrite(
  graph: Graph,
  scope: Scope,
  replace: (b: Builder, node: Node) => readonly Value[] | undefined,
): void {
  const nodes = graph.nodes;
  const instead = new Map<Value, Value>();
  const current = (value: Value): Value => instead.get(value) ?? value;
  graph.nodes = [];
  const b = new Builder(scope, graph);
  for (const node of nodes) {
    node.inputs = node.inputs.map((value) => (value === undefined ? undefined : current(value)));
    const values = replace(b, node);
    if (values === undefined) graph.nodes.push(node);
    else node.outputs.forEach((value, i) => instead.set(value, values[i] ?? value));
  }
  graph.outputs = graph.outputs.map(current);
}
