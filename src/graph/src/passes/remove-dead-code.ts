import type { Graph, Value } from "../ir";

/** Drops nodes whose outputs nothing needs. */
export function removeDeadCode(graph: Graph): void {
  const needed = new Set<Value>(graph.outputs);
  const kept = [];
  for (const node of [...graph.nodes].reverse()) {
    if (!node.outputs.some((value) => needed.has(value))) continue;
    kept.push(node);
    for (const value of node.inputs) if (value !== undefined) needed.add(value);
  }
  graph.nodes = kept.reverse();
}
