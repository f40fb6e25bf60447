import type { Builder } from "./builder";
import { sameShape, type Node, type Value } from "./ir";
import { findOperator } from "./ops";
import { GraphRefusal, misfit } from "./refusal";

/**
 * Reverse-mode differentiation: appends the gradient of a scalar loss to the graph and returns it for each of `wrt`,
 * undefined where the loss does not depend on the value by a differentiable path. Node order is topological, so one
 * walk backwards meets every node after all users of its outputs. Derivatives live with the operators.
 */
export function gradients(b: Builder, loss: Value, wrt: readonly Value[]): (Value | undefined)[] {
  const forward = [...b.graph.nodes];
  const dependent = dependentsOf(forward, wrt);
  const arrived = new Map<Value, Value>([[loss, b.filled(loss.dtype, loss.shape, 1)]]);
  const give = (value: Value, gradient: Value): void => {
    const before = arrived.get(value);
    arrived.set(value, before === undefined ? gradient : b.add(before, gradient));
  };
  for (const node of forward.reverse()) {
    if (!node.outputs.some((value) => arrived.has(value) && dependent.has(value))) continue;
    for (const [index, gradient] of inputGradients(b, node, arrived, dependent)) {
      const value = node.inputs[index];
      if (value === undefined) continue;
      if (!sameShape(gradient.shape, value.shape) || gradient.dtype !== value.dtype) {
        misfit(
          `The gradient of ${node.op} has the shape [${gradient.shape.join(", ")}] for an input [${value.shape.join(", ")}].`,
        );
      }
      give(value, gradient);
    }
  }
  return wrt.map((value) => arrived.get(value));
}

/** Values that change when one of `wrt` does. */
export function dependentsOf(nodes: readonly Node[], wrt: readonly Value[]): Set<Value> {
  const dependent = new Set<Value>(wrt);
  for (const node of nodes) {
    if (findOperator(node.op)?.gradient === "none") continue;
    if (node.inputs.some((value) => value !== undefined && dependent.has(value)))
      for (const value of node.outputs) dependent.add(value);
  }
  return dependent;
}

function inputGradients(
  b: Builder,
  node: Node,
  arrived: ReadonlyMap<Value, Value>,
  dependent: ReadonlySet<Value>,
): [number, Value][] {
  const operator = findOperator(node.op);
  const gradient = operator?.gradient ?? { refused: `${node.op} has no gradient.`, fix: "Use another operator." };
  if (gradient === "none") return [];
  if (typeof gradient !== "function")
    throw new GraphRefusal("graph/gradient-refused", { reason: gradient.refused, fix: gradient.fix, op: node.op });
  const wants = (index: number): boolean => {
    const value = node.inputs[index];
    return value !== undefined && dependent.has(value);
  };
  const [y] = node.outputs;
  if (y === undefined) return [];
  const dy = arrived.get(y) ?? b.filled(y.dtype, y.shape, 0);
  const results = gradient({ b, node, y, dy, dys: node.outputs.map((value) => arrived.get(value)), wants });
  return results.flatMap((value, index): [number, Value][] =>
    value !== undefined && wants(index) ? [[index, value]] : [],
  );
}
