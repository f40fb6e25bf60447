import { Builder } from "./builder";
import { Scope } from "./scope";
import { gradients } from "./autodiff";
import { importForward, type Unsupported } from "./import-forward";
import { isFloat, type Literal, type Value } from "./ir";
import type { ForwardModel, ForwardPort } from "./onnx/model";
import { GraphRefusal } from "./refusal";

/** An additive attention mask holds nothing but zeros and numbers below this. */
const MASK_BELOW = -1e4;

/** A port's shape with the batch in place of a symbolic first dimension. */
export function batchedShape(port: ForwardPort, batch: number): number[] {
  return port.shape.map((size, axis) => {
    if (typeof size === "number") {
      if (axis > 0 || size === batch) return size;
      throw new GraphRefusal("graph/fixed-batch", {
        reason: `The input "${port.name}" is fixed to a batch of ${size}, and ${batch} is asked for.`,
        fix: 'Export with a symbolic batch (dynamic_axes={"input": {0: "batch"}}), or use the fixed batch size.',
      });
    }
    return batch;
  });
}

/** Initializers that may be trained: float32 with at least one axis, and no additive mask. */
export function candidateParameters(model: ForwardModel): Map<string, Literal> {
  return new Map(
    [...model.initializers].filter(
      ([, literal]) => literal.dtype === "float32" && literal.shape.length > 0 && !isMask(literal),
    ),
  );
}

function isMask({ data }: Literal): boolean {
  if (!(data instanceof Float32Array) || data.length === 0) return true;
  return data.every((x) => x === 0 || x < MASK_BELOW) && data.some((x) => x < MASK_BELOW);
}

/** Values of the initializers: parameters where listed, constants otherwise. */
export function initializerValues(
  b: Builder,
  model: ForwardModel,
  parameters: ReadonlyMap<string, Value>,
): Map<string, Value> {
  return new Map(
    [...model.initializers].map(([name, { dtype, shape, data }]) => [
      name,
      parameters.get(name) ?? b.constant(dtype, shape, data),
    ]),
  );
}

/**
 * Names of the initializers that the output depends on by a differentiable path, in code-unit order. Found by
 * differentiating once in a graph that is thrown away. With `collect`, refusals are gathered.
 */
export function trainableNames(model: ForwardModel, batch: number, output?: string, collect?: Unsupported[]): string[] {
  if (output !== undefined && !model.outputs.some(({ name }) => name === output)) {
    throw new GraphRefusal("graph/no-output", {
      reason: `The model has no output "${output}".`,
      fix: `Choose one of its outputs: ${model.outputs.map(({ name }) => name).join(", ")}.`,
    });
  }
  const b = new Builder(new Scope());
  const candidates = new Map<string, Value>();
  for (const [name, { dtype, shape, data }] of candidateParameters(model))
    candidates.set(name, { name, dtype, shape, initial: data });
  const known = initializerValues(b, model, candidates);
  for (const port of model.inputs) known.set(port.name, b.input(port.name, port.dtype, batchedShape(port, batch)));
  const values = importForward(b, model, known, collect);
  const outputs = model.outputs
    .filter(({ name }) => output === undefined || name === output)
    .flatMap(({ name }) => values.get(name) ?? []);
  const names = new Set<string>();
  for (const value of outputs) {
    if (!isFloat(value.dtype)) continue;
    const probe = b.sum(
      value,
      value.shape.map((_, axis) => axis),
    );
    const wrt = [...candidates.values()];
    gradients(b, probe, wrt).forEach((gradient, i) => {
      const parameter = wrt[i];
      if (gradient !== undefined && parameter !== undefined) names.add(parameter.name);
    });
  }
  return [...names].sort(byCodeUnit);
}

/** Order of strings by their UTF-16 code units, the same on every machine. */
export const byCodeUnit = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
