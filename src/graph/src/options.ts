import type { DataType } from "./ir";
import { GraphRefusal } from "./refusal";

/** How dataset rows become an input of the model. */
export interface InputBinding {
  /** Name of the forward model's input. */
  input: string;
  /** Element type of the rows that are fed. */
  dtype: "uint8" | "int32" | "int64" | "float32";
  /** For float inputs: value * scale + offset, after the cast. */
  scale?: number | undefined;
  offset?: number | undefined;
}

/** All choices of a training run besides the forward model. */
export interface TrainingOptions {
  batchSize: number;
  /** One for every input of the forward model. */
  inputs: InputBinding[];
  labels: { dtype: "uint8" | "int32" | "int64" | "float32" };
  /** Cross-entropy takes logits [B, C] with labels [B], or [B, T, C] with labels [B, T]. The output defaults to the first. */
  loss:
    { kind: "crossEntropy"; output?: string | undefined } | { kind: "meanSquaredError"; output?: string | undefined };
  optimizer: {
    kind: "adamw";
    learningRate: number;
    beta1: number;
    beta2: number;
    epsilon: number;
    weightDecay: number;
  };
  schedule: { kind: "constant" | "cosine" | "linear"; warmupSteps: number };
  totalSteps: number;
  evaluationBatchSize: number;
}

/** A named tensor as bytes: little-endian, row-major. */
export interface Tensor {
  name: string;
  dtype: DataType;
  shape: readonly number[];
  data: Uint8Array;
}

/** Refuses numbers that make no training run. */
export function checkOptions(options: TrainingOptions): void {
  const { optimizer, schedule } = options;
  whole("batchSize", options.batchSize, 1, 2 ** 20);
  whole("evaluationBatchSize", options.evaluationBatchSize, 1, 2 ** 20);
  whole("totalSteps", options.totalSteps, 1, 2 ** 26);
  whole("warmupSteps", schedule.warmupSteps, 0, options.totalSteps);
  inside("learningRate", optimizer.learningRate, 0, 100);
  inside("weightDecay", optimizer.weightDecay, 0, 1000);
  inside("beta1", optimizer.beta1, 0, 0.99999);
  inside("beta2", optimizer.beta2, 0, 0.99999999);
  inside("epsilon", optimizer.epsilon, 1e-30, 1);
  for (const { input, scale = 1, offset = 0 } of options.inputs) {
    inside(`scale of "${input}"`, scale, -1e30, 1e30);
    inside(`offset of "${input}"`, offset, -1e30, 1e30);
  }
}

function whole(name: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most)
    refuse(name, value, `a whole number from ${least} to ${most}`);
}

function inside(name: string, value: number, least: number, most: number): void {
  if (!(value >= least && value <= most)) refuse(name, value, `between ${least} and ${most}`);
}

function refuse(name: string, value: number, wanted: string): never {
  throw new GraphRefusal("graph/options", {
    reason: `The ${name} ${value} is not possible.`,
    fix: `Choose one that is ${wanted}.`,
  });
}
