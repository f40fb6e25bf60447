import { checkedShape } from "../ir";
import { GraphRefusal } from "../refusal";
import type { ForwardModel, ForwardNode } from "./model";

/**
 * Checks names and references: every name is given once, every operand exists, nodes form no cycle, shapes are sane,
 * only the first dimension of an input is symbolic. Returns the model with its nodes in topological order.
 */
export function checkModel(model: ForwardModel): ForwardModel {
  const producers = new Map<string, ForwardNode | undefined>();
  const define = (name: string, node?: ForwardNode): void => {
    if (producers.has(name) || name.startsWith("%")) refuseName(name, node);
    producers.set(name, node);
  };
  for (const name of model.initializers.keys()) define(name);
  for (const { name, shape } of model.inputs) {
    define(name);
    checkedShape(
      shape.filter((size) => typeof size === "number"),
      `the input "${name}"`,
    );
    const symbolic = shape.slice(1).find((size) => typeof size === "string");
    if (symbolic !== undefined) refuseDynamic(name, symbolic);
  }
  for (const node of model.nodes) for (const name of node.outputs) if (name !== "") define(name, node);
  for (const node of model.nodes)
    for (const name of node.inputs) if (name !== "" && !producers.has(name)) refuseUnknown(name, node);
  if (model.outputs.length === 0)
    throw new GraphRefusal("graph/no-output", {
      reason: "The model has no output.",
      fix: "Export a model that returns logits or predictions.",
    });
  for (const { name } of model.outputs) if (!producers.has(name)) refuseUnknown(name);
  return { ...model, nodes: inOrder(model.nodes, producers) };
}

/** Nodes after what they depend on: a file that is in order already stays so, others go through Kahn's algorithm. */
function inOrder(
  nodes: readonly ForwardNode[],
  producers: ReadonlyMap<string, ForwardNode | undefined>,
): ForwardNode[] {
  const met = new Set<ForwardNode>();
  const isSorted = nodes.every((node) => {
    const ready = node.inputs.every((name) => {
      const producer = producers.get(name);
      return producer === undefined || met.has(producer);
    });
    met.add(node);
    return ready;
  });
  if (isSorted) return [...nodes];
  const waiting = new Map<ForwardNode, number>();
  const users = new Map<ForwardNode, ForwardNode[]>(nodes.map((node) => [node, []]));
  for (const node of nodes) {
    const before = new Set(node.inputs.flatMap((name) => producers.get(name) ?? []));
    waiting.set(node, before.size);
    for (const producer of before) users.get(producer)?.push(node);
  }
  const order = nodes.filter((node) => waiting.get(node) === 0);
  for (let at = 0; at < order.length; at++) {
    const done = order[at];
    for (const user of (done === undefined ? undefined : users.get(done)) ?? []) {
      const left = (waiting.get(user) ?? 0) - 1;
      waiting.set(user, left);
      if (left === 0) order.push(user);
    }
  }
  const stuck = nodes.find((node) => (waiting.get(node) ?? 0) > 0);
  if (stuck === undefined) return order;
  throw new GraphRefusal("graph/cycle", {
    reason: `The node "${stuck.name}" (${stuck.op}) depends on itself.`,
    fix: "Export the model again; a graph has no cycles.",
    node: stuck.name,
    op: stuck.op,
  });
}

function refuseName(name: string, node?: ForwardNode): never {
  if (name.startsWith("%")) {
    throw new GraphRefusal("graph/reserved-name", {
      reason: `The name "${name}" begins with "%", which is kept for compiled tensors.`,
      fix: "Rename it in the model.",
    });
  }
  throw new GraphRefusal("graph/duplicate-name", {
    reason: `The name "${name}" is given to two tensors.`,
    fix: "Export the model again; every tensor needs a name of its own.",
    node: node?.name,
    op: node?.op,
  });
}

function refuseUnknown(name: string, node?: ForwardNode): never {
  throw new GraphRefusal("graph/unknown-value", {
    reason:
      node === undefined
        ? `The output "${name}" is made by no node.`
        : `The node "${node.name}" (${node.op}) uses "${name}", which nothing makes.`,
    fix: "Export the model again; the file is incomplete.",
    node: node?.name,
    op: node?.op,
  });
}

function refuseDynamic(name: string, dimension: string): never {
  throw new GraphRefusal("graph/dynamic-dimension", {
    reason: `The input "${name}" has the symbolic dimension "${dimension}"; only the first, the batch, may be symbolic.`,
    fix: 'Export with fixed sizes for all dimensions but the batch (dynamic_axes={...: {0: "batch"}}).',
  });
}
