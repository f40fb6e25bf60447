import type { TrainingOptions } from "@trainyard/graph";
import { STANDARD_ENGINES } from "@trainyard/protocol";
import type { LossKind, TrainingChoices } from "./inputs";

/** Choices that a job has where the buyer chose nothing and no template knows better. */
export const COMMON_CHOICES = {
  engine: "native",
  optimizer: "adamw",
  momentum: 0.9,
  weightDecayOn: "all",
  clipNorm: 0,
  averageDecay: 0,
  accumulationSteps: 1,
  labelSmoothing: 0,
  weights: { kind: "all" },
  weightDecay: 0.01,
  schedule: "cosine",
} as const satisfies Partial<TrainingChoices>;

/** Choices for a model of the buyer's own. */
export const OWN_MODEL_DEFAULTS: TrainingChoices = {
  ...COMMON_CHOICES,
  batchSize: 64,
  totalSteps: 1000,
  stepsPerSegment: 50,
  learningRate: 0.001,
  warmupSteps: 50,
};

/** Published defaults: Adam (Kingma & Ba 2015), Lion (Chen et al. 2023). */
const ADAM = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
const LION = { beta1: 0.9, beta2: 0.99 };

/** The compiler's words for what the buyer chose. */
export function trainingOptions(
  choices: TrainingChoices,
  loss: LossKind,
  labels: TrainingOptions["labels"],
): Pick<
  TrainingOptions,
  | "engine"
  | "batchSize"
  | "accumulationSteps"
  | "loss"
  | "labels"
  | "optimizer"
  | "schedule"
  | "weightDecayOn"
  | "clipNorm"
  | "averageDecay"
  | "frozen"
  | "lora"
  | "totalSteps"
> {
  const { weights } = choices;
  return {
    engine: STANDARD_ENGINES[choices.engine],
    batchSize: choices.batchSize,
    accumulationSteps: choices.accumulationSteps,
    loss: lossOf(loss, choices.labelSmoothing, labels),
    labels,
    optimizer: optimizerOf(choices),
    schedule: { kind: choices.schedule, warmupSteps: choices.warmupSteps },
    weightDecayOn: choices.weightDecayOn,
    clipNorm: choices.clipNorm === 0 ? undefined : choices.clipNorm,
    averageDecay: choices.averageDecay === 0 ? undefined : choices.averageDecay,
    frozen: weights.kind === "frozen" ? weights.patterns : undefined,
    lora: weights.kind === "lora" ? { targets: weights.targets, rank: weights.rank, alpha: weights.alpha } : undefined,
    totalSteps: choices.totalSteps,
  };
}

/** What PyTorch's losses leave out, and so what padded labels hold. */
const IGNORED = -100;

function lossOf(kind: LossKind, labelSmoothing: number, { dtype }: TrainingOptions["labels"]): TrainingOptions["loss"] {
  if (kind !== "crossEntropy" && kind !== "nextToken") return { kind };
  return { kind, labelSmoothing, ignoreIndex: dtype === "int64" || dtype === "int32" ? IGNORED : undefined };
}

function optimizerOf({
  optimizer,
  learningRate,
  weightDecay,
  momentum,
}: TrainingChoices): TrainingOptions["optimizer"] {
  switch (optimizer) {
    case "adamw":
      return { kind: "adamw", learningRate, weightDecay, ...ADAM };
    case "sgd":
      return { kind: "sgd", learningRate, weightDecay, momentum, nesterov: momentum > 0 };
    case "lion":
      return { kind: "lion", learningRate, weightDecay, ...LION };
    case "adafactor":
      return { kind: "adafactor", learningRate, weightDecay };
  }
}
