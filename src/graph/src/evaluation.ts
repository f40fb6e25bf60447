import { Builder } from "./builder";
import type { Graph, Literal } from "./ir";
import { evaluationSums } from "./losses/loss";
import type { ForwardModel } from "./onnx/model";
import { writeModel } from "./onnx/write";
import type { TrainingOptions } from "./options";
import { applyForward, finish, prepare } from "./step-graph";

/** Builds the evaluation graph: parameters and a weighted batch in, sum of losses and of right predictions out. */
export function buildEvaluation(
  model: ForwardModel,
  options: TrainingOptions,
  parameters: ReadonlyMap<string, Literal>,
): { model: Uint8Array; graph: Graph } {
  const b = new Builder();
  const current = new Map([...parameters].map(([name, { shape }]) => [name, b.input(name, "float32", shape)]));
  const { prediction, labels } = applyForward(
    b,
    model,
    options,
    options.evaluationBatchSize,
    current,
    (binding, shape) => b.input(`data.${binding.input}`, binding.dtype, shape),
  );
  const target = b.input("labels", labels.dtype, labels.shape);
  const weight = b.input("weight", "float32", [options.evaluationBatchSize]);
  const { lossSum, correct } = evaluationSums(b, options.loss.kind, prediction, target, weight);
  b.graph.outputs = [lossSum, correct];
  prepare(b.graph, b.scope, new Set());
  finish(b.graph, b.scope, new Set());
  const [first, second] = b.graph.outputs;
  const names = new Map([
    ...(first === undefined ? [] : [[first, "loss_sum"] as const]),
    ...(second === undefined ? [] : [[second, "correct"] as const]),
  ]);
  return { model: writeModel(b.graph, { names }), graph: b.graph };
}
