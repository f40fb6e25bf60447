import { compileTraining } from "./compile";
import { fixedBatch } from "./forward-graph";
import { isFloat, type DataType } from "./ir";
import type { LossChoice } from "./losses/loss";
import type { ForwardModel } from "./onnx/model";
import { readModel } from "./onnx/read";
import type { OptimizerChoice } from "./optimizers/choose-optimizer";
import type { Precision, TrainingOptions } from "./options";

/** What an estimate depends on besides the model. */
export interface EstimateChoices {
  /** Examples of a step; the model's own where it fixes one. */
  readonly batchSize?: number | undefined;
  readonly accumulationSteps?: number | undefined;
  readonly optimizer?: OptimizerChoice["kind"] | undefined;
  readonly loss?: LossChoice["kind"] | undefined;
  readonly precision?: Precision | undefined;
}

/** What training a model takes. */
export interface TrainingEstimate {
  batchSize: number;
  optimizer: OptimizerChoice["kind"];
  loss: LossChoice["kind"];
  precision: Precision;
  flopsPerStep: number;
  stateBytes: number;
  peakMemoryBytes: number;
}

const BATCH = 32;

/** Update rules with numbers that do not matter to what they cost. */
const OPTIMIZERS: Readonly<Record<OptimizerChoice["kind"], OptimizerChoice>> = {
  adamw: { kind: "adamw", learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01 },
  sgd: { kind: "sgd", learningRate: 0.1, momentum: 0.9, nesterov: true, weightDecay: 0 },
  lion: { kind: "lion", learningRate: 1e-4, beta1: 0.9, beta2: 0.99, weightDecay: 0 },
  adafactor: { kind: "adafactor", learningRate: 1e-2, weightDecay: 0 },
};

/**
 * Arithmetic, state and memory of a training step, before there is any data: inputs are taken as the model declares them,
 * and the loss is cross-entropy where the output has classes to choose from. Throws GraphRefusal as compiling does.
 */
export function estimateTraining(forward: Uint8Array, choices: EstimateChoices = {}): TrainingEstimate {
  const model = readModel(forward);
  const fixed = fixedBatch(model);
  const parts = choices.accumulationSteps ?? 1;
  const batchSize = choices.batchSize ?? (fixed === undefined ? BATCH : fixed * parts);
  const loss = choices.loss ?? likelyLoss(model);
  const { optimizer = "adamw", precision = "float32" } = choices;
  const { report } = compileTraining(forward, {
    batchSize,
    accumulationSteps: parts,
    inputs: model.inputs.map(({ name, dtype }) => ({ input: name, dtype: fedAs(dtype) })),
    labels: { dtype: loss === "crossEntropy" || loss === "nextToken" ? "int64" : "float32" },
    loss: { kind: loss },
    optimizer: OPTIMIZERS[optimizer],
    schedule: { kind: "constant", warmupSteps: 0 },
    totalSteps: 1,
    evaluationBatchSize: batchSize / parts,
    precision,
  });
  const { flopsPerStep, stateBytes, peakMemoryBytes } = report;
  return { batchSize, optimizer, loss, precision, flopsPerStep, stateBytes, peakMemoryBytes };
}

const fedAs = (dtype: DataType): TrainingOptions["inputs"][number]["dtype"] =>
  isFloat(dtype) ? "float32" : dtype === "int32" || dtype === "int64" ? dtype : "uint8";

/** Cross-entropy for [batch, ..., classes] with more than one class, else squared error. */
function likelyLoss(model: ForwardModel): LossChoice["kind"] {
  const shape = model.outputs[0]?.shape ?? [];
  const classes = shape.at(-1);
  return shape.length >= 2 && shape.length <= 3 && (typeof classes !== "number" || classes > 1)
    ? "crossEntropy"
    : "meanSquaredError";
}
