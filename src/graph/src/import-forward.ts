import type { Builder } from "./builder";
import type { Attributes, Value } from "./ir";
import type { ForwardModel, ForwardNode } from "./onnx/model";
import { findOperator } from "./ops";
import type { Effects, Operator, Reading } from "./ops/operator";
import { refusedOperators } from "./ops/refused";
import { GraphRefusal } from "./refusal";

/** A node that cannot be used, and why. */
export interface Unsupported {
  readonly node: string;
  readonly op: string;
  readonly reason: string;
  readonly fix: string;
}

/**
 * Replays a forward model into a graph. `known` gives the values of its inputs and initializers by name. Returns all
 * values by name. `effects` takes what the model does besides arithmetic. Refusals name the node; with `collect` they are gathered instead, and what depends on them is skipped.
 */
export function importForward(
  b: Builder,
  model: ForwardModel,
  known: ReadonlyMap<string, Value>,
  effects: Effects,
  collect?: Unsupported[],
): Map<string, Value> {
  const values = new Map(known);
  const read = new Set([...model.nodes.flatMap((node) => node.inputs), ...model.outputs.map(({ name }) => name)]);
  for (const node of model.nodes) {
    const inputs = node.inputs.map((name) => (name === "" ? undefined : values.get(name)));
    if (
      collect !== undefined &&
      node.inputs.some((name, i) => name !== "" && inputs[i] === undefined) &&
      findOperator(node.op) !== undefined
    )
      continue;
    try {
      const results = readNode(b, node, inputs, { opset: model.opset, effects, read });
      node.outputs.forEach((name, i) => {
        const value = results[i];
        if (name !== "" && value !== undefined) values.set(name, value);
      });
    } catch (error) {
      if (!(error instanceof GraphRefusal)) throw error;
      const placed = error.at(node.name, node.op);
      if (collect === undefined) throw placed;
      collect.push({ node: node.name, op: node.op, reason: placed.reason, fix: placed.fix });
    }
  }
  return values;
}

function readNode(
  b: Builder,
  node: ForwardNode,
  inputs: readonly (Value | undefined)[],
  { read, ...at }: Pick<Reading, "opset" | "effects"> & { readonly read: ReadonlySet<string> },
): readonly Value[] {
  const operator = findOperator(node.op);
  if (operator === undefined || operator.allowed !== "buyer") {
    const refused = refusedOperators.get(node.op);
    throw new GraphRefusal("graph/unsupported-operator", {
      reason: refused?.reason ?? `The operator ${node.op} is not supported.`,
      fix: refused?.fix ?? "Replace it in the model, or express it with supported operators.",
    });
  }
  checkAttributes(operator, node.attributes);
  const [least, most] = operator.inputs;
  if (inputs.length > most || Array.from({ length: least }, (_, i) => inputs[i]).includes(undefined)) {
    throw new GraphRefusal("graph/shape-mismatch", {
      reason: `It has ${inputs.length} inputs where ${least} to ${most} are needed.`,
      fix: "Export the model again.",
    });
  }
  const outputCount = node.outputs.reduce((count, name, i) => (name === "" ? count : i + 1), 0);
  const readCount = node.outputs.reduce((count, name, i) => (read.has(name) ? i + 1 : count), 0);
  const reading = { b, inputs, attributes: node.attributes, outputCount, readCount, ...at };
  const results = operator.read?.(reading) ?? b.node(node.op, inputs, node.attributes, outputCount);
  if (results.length < readCount) {
    throw new GraphRefusal("graph/unsupported-operator", {
      reason: `Only ${results.length} of its outputs can be used, and the model uses ${readCount}.`,
      fix: "Use the first output only.",
    });
  }
  return results;
}

function checkAttributes(operator: Operator, attributes: Attributes): void {
  for (const [name, attribute] of Object.entries(attributes)) {
    if (operator.attributes?.[name] === attribute.kind) continue;
    throw new GraphRefusal("graph/unsupported-attribute", {
      reason: `The attribute "${name}" is not supported.`,
      fix: "Export with standard operators and plain attributes.",
    });
  }
}
