import type { Builder } from "./builder";
import type { Literal, Value } from "./ir";
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

/** Batch that stands in for a symbolic one while a model is looked at. */
const EXAMPLE_BATCH = 2;

/** The batch that a model fixes, if it fixes one. */
export function fixedBatch(model: ForwardModel): number | undefined {
  return model.inputs.map(({ shape }) => shape[0]).find((size) => typeof size === "number");
}

/** The batch that a model fixes, or one to look at it with. */
export const exampleBatch = (model: ForwardModel): number => fixedBatch(model) ?? EXAMPLE_BATCH;

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

/**
 * Values of the initializers: `values` where it has them, constants otherwise; those in `distinct` share with no
 * other and stand as they are: nothing that is computed of them is folded into another constant.
 */
export function initializerValues(
  b: Builder,
  model: ForwardModel,
  values: ReadonlyMap<string, Value>,
  distinct: ReadonlySet<string> = new Set(),
): Map<string, Value> {
  const constant = (name: string, { dtype, shape, data }: Literal): Value =>
    distinct.has(name) ? { name: b.scope.fresh(), dtype, shape, initial: data } : b.constant(dtype, shape, data);
  return new Map([...model.initializers].map(([name, literal]) => [name, values.get(name) ?? constant(name, literal)]));
}
