import type { Widths } from "./cost";
import type { HalfType, StoredType } from "./ir";
import type { LossChoice } from "./losses/loss";
import type { OptimizerChoice } from "./optimizers/choose-optimizer";
import type { Schedule } from "./optimizers/schedule";
import { GraphRefusal } from "./refusal";

/** How dataset rows become an input of the model. */
export interface InputBinding {
  /** Name of the forward model's input. */
  readonly input: string;
  /** Element type of the rows that are fed. */
  readonly dtype: "uint8" | "int32" | "int64" | "float32";
  /** For float inputs: value * scale + offset, after the cast. */
  readonly scale?: number | undefined;
  readonly offset?: number | undefined;
}

/** Low-rank adapters (Hu et al. 2021): W stays as it is and A B alpha / rank, with A [in, rank] and B [rank, out], is learned. */
export interface LoraChoice {
  /** Patterns of the weight names that get an adapter; "*" stands for any text. They must be matrices of products. */
  readonly targets: readonly string[];
  readonly rank: number;
  readonly alpha: number;
}

export type Precision = "float32" | HalfType;

/**
 * What the bits of a run depend on. `native`: on the numeric class of the machine. `exact`: on nothing but the graph; matrix
 * products are made of this many integer slices.
 */
export type EngineChoice = { readonly kind: "native" } | { readonly kind: "exact"; readonly slices: 1 | 2 };
export const NATIVE: EngineChoice = { kind: "native" };

/** All choices of a training run besides the forward model. */
export interface TrainingOptions {
  /** Examples of one step. */
  readonly batchSize: number;
  /** Equal parts a batch is computed in, whose gradients are added before the update; 1 by default. Memory is that of one part. */
  readonly accumulationSteps?: number | undefined;
  /** One for every input of the forward model. */
  readonly inputs: readonly InputBinding[];
  readonly labels: { readonly dtype: "uint8" | "int32" | "int64" | "float32" };
  readonly loss: LossChoice;
  /**
   * Element type that operands and results of matrix products and convolutions are rounded to, forwards and backwards;
   * float32 by default. Weights, state and all else stay float32. float16 brings loss scaling with it.
   */
  readonly precision?: Precision | undefined;
  readonly optimizer: OptimizerChoice;
  readonly schedule: Schedule;
  /** Weights that weight decay pulls: all by default, or only those of two and more axes, which leaves biases and norms alone. */
  readonly weightDecayOn?: "all" | "matrices" | undefined;
  /** Largest Euclidean norm of all gradients together; larger ones are scaled down to it. */
  readonly clipNorm?: number | undefined;
  /**
   * Decay of a moving average of the weights, which is then evaluated and delivered in their place. It begins small, so
   * that the untrained weights are forgotten.
   */
  readonly averageDecay?: number | undefined;
  /** Patterns of weights (and running statistics) that stay as they are. */
  readonly frozen?: readonly string[] | undefined;
  /** With it, only adapters are trained. */
  readonly lora?: LoraChoice | undefined;
  /** `native` by default. */
  readonly engine?: EngineChoice | undefined;
  /** Seed of dropout and of fresh adapters; 0 by default. */
  readonly seed?: number | undefined;
  /**
   * Bytes that a run of the segment may take. Above it, values of the forward pass are computed again in the backward pass
   * instead of kept (gradient checkpointing); what does not fit even so is refused.
   */
  readonly memoryBudgetBytes?: number | undefined;
  readonly totalSteps: number;
  readonly evaluationBatchSize: number;
}

/** Half types stand beside float32, bytes of slices do. */
export const widthsOf = ({ precision = "float32", engine = NATIVE }: TrainingOptions): Widths =>
  precision === "float32" && engine.kind === "native" ? "one" : "two";

/** A named tensor as bytes: little-endian, row-major. */
export interface Tensor {
  name: string;
  /** What a state may hold: everything but the bits that chance works on. */
  dtype: Exclude<StoredType, "uint32">;
  shape: readonly number[];
  data: Uint8Array;
}

/** Refuses numbers that make no training run. */
export function checkOptions(options: TrainingOptions): void {
  const { accumulationSteps = 1, lora, engine = { kind: "native" } } = options;
  whole("batchSize", options.batchSize, 1, 2 ** 20);
  whole("accumulationSteps", accumulationSteps, 1, options.batchSize);
  if (options.batchSize % accumulationSteps !== 0)
    refuse("accumulationSteps", accumulationSteps, `a divisor of the batch size ${options.batchSize}`);
  whole("evaluationBatchSize", options.evaluationBatchSize, 1, 2 ** 20);
  whole("totalSteps", options.totalSteps, 1, 2 ** 26);
  whole("warmupSteps", options.schedule.warmupSteps, 0, options.totalSteps);
  whole("seed", options.seed ?? 0, 0, 2 ** 32 - 1);
  if (options.clipNorm !== undefined) inside("clipNorm", options.clipNorm, 1e-6, 1e6);
  if (options.memoryBudgetBytes !== undefined) inside("memoryBudgetBytes", options.memoryBudgetBytes, 2 ** 20, 2 ** 44);
  if (options.averageDecay !== undefined) inside("averageDecay", options.averageDecay, 0, 0.999999);
  if (lora !== undefined) {
    whole("rank", lora.rank, 1, 4096);
    inside("alpha", lora.alpha, 1e-6, 1e6);
    if (lora.targets.length === 0) refuse("list of LoRA targets", "[]", "at least one pattern of weight names");
  }
  oneOf("kind of engine", engine.kind, ["native", "exact"]);
  if (engine.kind === "exact") {
    whole("number of slices", engine.slices, 1, 2);
    oneOf("precision on the exact engine", options.precision ?? "float32", ["float32"]);
    if (options.memoryBudgetBytes !== undefined)
      refuse("memory budget on the exact engine", options.memoryBudgetBytes, "left out, or train on the native engine");
  }
  oneOf("kind of optimizer", options.optimizer.kind, ["adamw", "sgd", "lion", "adafactor"]);
  oneOf("kind of loss", options.loss.kind, LOSSES);
  oneOf("kind of schedule", options.schedule.kind, ["constant", "cosine", "linear"]);
  oneOf("precision", options.precision ?? "float32", ["float32", "bfloat16", "float16"]);
  oneOf("choice of weightDecayOn", options.weightDecayOn ?? "all", ["all", "matrices"]);
  checkOptimizer(options.optimizer);
  checkLoss(options.loss);
  for (const { input, scale = 1, offset = 0 } of options.inputs) {
    inside(`scale of "${input}"`, scale, -1e30, 1e30);
    inside(`offset of "${input}"`, offset, -1e30, 1e30);
  }
}

const LOSSES: readonly LossChoice["kind"][] = [
  "crossEntropy",
  "nextToken",
  "binaryCrossEntropy",
  "meanSquaredError",
  "meanAbsoluteError",
  "huber",
  "distillation",
];

/** Callers without types may say anything. */
function oneOf(name: string, value: string, known: readonly string[]): void {
  if (!known.includes(value)) refuse(name, `"${value}"`, `one of ${known.join(", ")}`);
}

function checkOptimizer(optimizer: OptimizerChoice): void {
  inside("learningRate", optimizer.learningRate, 0, 100);
  inside("weightDecay", optimizer.weightDecay, 0, 1000);
  if (optimizer.kind === "sgd") inside("momentum", optimizer.momentum, 0, 0.99999);
  if (optimizer.kind === "adamw" || optimizer.kind === "lion") {
    inside("beta1", optimizer.beta1, 0, 0.99999);
    inside("beta2", optimizer.beta2, 0, 0.99999999);
  }
  if (optimizer.kind === "adamw") inside("epsilon", optimizer.epsilon, 1e-30, 1);
}

function checkLoss(loss: LossChoice): void {
  if (loss.kind === "crossEntropy" || loss.kind === "nextToken") {
    inside("labelSmoothing", loss.labelSmoothing ?? 0, 0, 0.999);
    whole("ignoreIndex", loss.ignoreIndex ?? 0, -(2 ** 31), 2 ** 31);
  }
  if (loss.kind === "huber") inside("delta", loss.delta ?? 1, 1e-6, 1e6);
  if (loss.kind === "distillation") inside("temperature", loss.temperature ?? 1, 1e-3, 1e3);
}

function whole(name: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most)
    refuse(name, value, `a whole number from ${least} to ${most}`);
}

function inside(name: string, value: number, least: number, most: number): void {
  if (!(value >= least && value <= most)) refuse(name, value, `between ${least} and ${most}`);
}

function refuse(name: string, value: number | string, wanted: string): never {
  throw new GraphRefusal("graph/options", {
    reason: `The ${name} ${value} is not possible.`,
    fix: `Choose one that is ${wanted}.`,
  });
}
