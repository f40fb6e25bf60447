import { knownNumbers, type Graph, type Node } from "./ir";

/** The graph that a loop runs again and again. */
export function bodyOf(node: Node): Graph | undefined {
  const { body } = node.attributes;
  return body?.kind === "graph" ? body.value : undefined;
}

/** How often a loop runs, where the graph says it. */
export const tripsOf = (node: Node): number => knownNumbers(node.inputs[0])?.[0] ?? 1;
