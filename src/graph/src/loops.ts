import type { Builder } from "./builder";
import { knownNumbers, type Graph, type Node, type Value } from "./ir";

/** The graph that a loop runs again and again. */
export function bodyOf(node: Node): Graph | undefined {
  const { body } = node.attributes;
  return body?.kind === "graph" ? body.value : undefined;
}

/** How often a loop runs, where the graph says it. */
export const tripsOf = (node: Node): number => knownNumbers(node.inputs[0])?.[0] ?? 1;

/** Appends a loop that runs `body` `trips` times from `initial`; `outputs` are what it carries, then what it stacks. */
export function appendLoop(
  b: Builder,
  body: Graph,
  trips: Value,
  initial: readonly Value[],
  outputs: readonly Value[],
): void {
  const node: Node = {
    op: "Loop",
    inputs: [trips, b.constant("bool", [], Uint8Array.of(1)), ...initial],
    outputs,
    attributes: { body: { kind: "graph", value: body } },
  };
  for (const value of outputs) value.producer = node;
  b.graph.nodes.push(node);
}

/** A value of a loop's own, of the type of what it starts from. */
export const carriedOut = (b: Builder, { dtype, shape }: Value): Value => ({ name: b.scope.fresh(), dtype, shape });
