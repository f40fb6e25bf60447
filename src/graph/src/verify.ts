import type { Graph, Node, Value } from "./ir";
import { findOperator } from "./ops";
import { misfit } from "./refusal";

/**
 * Checks the grammar of a graph between passes: operators are known, arity holds, operands are made before they are
 * used, every value is made once. A failure is a fault of the compiler and says after which pass.
 */
export function verify(graph: Graph, after: string, outer: ReadonlySet<Value> = new Set()): void {
  const known = new Set<Value>([...outer, ...graph.inputs]);
  for (const node of graph.nodes) {
    checkArity(node, after);
    for (const value of node.inputs)
      if (value !== undefined && !isAvailable(value, known))
        fail(after, `${node.op} uses a value that is not made yet`);
    for (const value of node.outputs) {
      if (known.has(value)) fail(after, `${node.op} makes a value that exists`);
      known.add(value);
    }
  }
  for (const value of graph.outputs) if (!isAvailable(value, known)) fail(after, "an output is not made");
}

function isAvailable(value: Value, known: ReadonlySet<Value>): boolean {
  return known.has(value) || value.data !== undefined || value.initial !== undefined;
}

function checkArity(node: Node, after: string): void {
  const operator = findOperator(node.op);
  if (operator === undefined) fail(after, `${node.op} is unknown`);
  const [least, most] = operator.inputs;
  if (node.inputs.length > most || Array.from({ length: least }, (_, i) => node.inputs[i]).includes(undefined))
    fail(after, `${node.op} has ${node.inputs.length} operands`);
}

function fail(after: string, what: string): never {
  return misfit(
    `The compiled graph is inconsistent after ${after}: ${what}.`,
    "Report this model to the platform; the fault is in the compiler.",
  );
}
