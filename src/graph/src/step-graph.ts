import type { Builder } from "./builder";
import type { Scope } from "./scope";
import { gradients } from "./autodiff";
import { batchedShape, initializerValues } from "./forward-graph";
import { importForward } from "./import-forward";
import { isFloat, type Graph, type Value } from "./ir";
import type { ForwardModel } from "./onnx/model";
import type { InputBinding, TrainingOptions } from "./options";
import { fuseProducts } from "./passes/fuse-products";
import { lowerNative } from "./passes/lower-native";
import { removeDeadCode } from "./passes/remove-dead-code";
import { shareCommon } from "./passes/share-common";
import { GraphRefusal } from "./refusal";
import { verify } from "./verify";

/** The forward model inside a graph of ours, up to the prediction. */
export interface Applied {
  readonly prediction: Value;
  readonly labels: { readonly dtype: TrainingOptions["labels"]["dtype"]; readonly shape: readonly number[] };
}

/** Applies the forward model to fed values, one per input, for a batch size. `feed` makes the raw value of a binding. */
export function applyForward(
  b: Builder,
  model: ForwardModel,
  options: TrainingOptions,
  batch: number,
  parameters: ReadonlyMap<string, Value>,
  feed: (binding: InputBinding, shape: readonly number[]) => Value,
): Applied {
  const known = initializerValues(b, model, parameters);
  for (const port of model.inputs) {
    const binding = options.inputs.find(({ input }) => input === port.name);
    if (binding === undefined) refuseBinding(`The model's input "${port.name}" is bound to no data.`);
    const raw = feed(binding, batchedShape(port, batch));
    if (isFloat(raw.dtype) && !isFloat(port.dtype))
      refuseBinding(`The model's input "${port.name}" takes ${port.dtype} and is fed ${binding.dtype}.`);
    const value = b.cast(raw, port.dtype);
    known.set(
      port.name,
      isFloat(port.dtype) ? b.shift(b.scale(value, binding.scale ?? 1), binding.offset ?? 0) : value,
    );
  }
  const values = importForward(b, model, known);
  const name = options.loss.output ?? model.outputs[0]?.name ?? "";
  const prediction = values.get(name);
  if (prediction === undefined) {
    throw new GraphRefusal("graph/no-output", {
      reason: `The model has no output "${name}".`,
      fix: "Choose one of the model's outputs for the loss.",
    });
  }
  if (!isFloat(prediction.dtype) || prediction.shape[0] !== batch) {
    throw new GraphRefusal("graph/loss-mismatch", {
      reason: `The output "${name}" is ${prediction.dtype} [${prediction.shape.join(", ")}], not floating-point numbers with the batch of ${batch} first.`,
      fix: "Choose an output that holds logits or predictions for each example.",
    });
  }
  const shape = options.loss.kind === "crossEntropy" ? prediction.shape.slice(0, -1) : prediction.shape;
  return { prediction: b.cast(prediction, "float32"), labels: { dtype: options.labels.dtype, shape } };
}

function refuseBinding(reason: string): never {
  throw new GraphRefusal("graph/inputs", { reason, fix: "Bind every input of the model to data of a fitting type." });
}

/** Passes before differentiation. */
export function prepare(graph: Graph, scope: Scope, outer: ReadonlySet<Value>): void {
  verify(graph, "reading", outer);
  fuseProducts(graph, scope);
  removeDeadCode(graph);
  verify(graph, "fusing products", outer);
}

/** Passes after it: native lowering, sharing, dead code. */
export function finish(graph: Graph, scope: Scope, outer: ReadonlySet<Value>): void {
  removeDeadCode(graph);
  lowerNative(graph, scope);
  verify(graph, "native lowering", outer);
  shareCommon(graph, scope);
  removeDeadCode(graph);
  verify(graph, "sharing", outer);
}

/** Gradients of the loss for every parameter; refuses a parameter that turns out not to be reached. */
export function parameterGradients(b: Builder, loss: Value, parameters: readonly Value[]): Value[] {
  return gradients(b, loss, parameters).map((gradient, i) => {
    if (gradient !== undefined) return gradient;
    throw new GraphRefusal("graph/no-gradient", {
      reason: `The parameter "${parameters[i]?.name ?? ""}" gets no gradient from the loss.`,
      fix: "Choose the output that depends on it.",
    });
  });
}
