import { EngineKind, Sha256 } from "@trainyard/protocol";
import { z } from "zod";

export const TemplateId = z.enum(["mnist-mlp", "mnist-cnn", "moby-gpt"]);
export type TemplateId = z.infer<typeof TemplateId>;

/** A name of a weight in which "*" stands for any text. */
const WeightPattern = z.string().trim().min(1).max(200);

/** Which weights learn: all, all but some, or low-rank adapters beside some. */
export const LearningWeights = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("all") }),
  z.strictObject({ kind: z.literal("frozen"), patterns: z.array(WeightPattern).min(1).max(100) }),
  z.strictObject({
    kind: z.literal("lora"),
    targets: z.array(WeightPattern).min(1).max(100),
    rank: z.int().min(1).max(1024),
    alpha: z.number().positive().max(10_000),
  }),
]);
export type LearningWeights = z.infer<typeof LearningWeights>;

/** How to train: everything the buyer may choose. */
export const TrainingChoices = z.strictObject({
  /** What the bits depend on, and so who can audit: machines of one numeric class, or all. */
  engine: EngineKind,
  optimizer: z.enum(["adamw", "sgd", "lion", "adafactor"]),
  /** Of SGD; with Nesterov's look-ahead where it is not zero. */
  momentum: z.number().min(0).max(0.999),
  /** All weights, or only matrices, which leaves biases and norms alone. */
  weightDecayOn: z.enum(["all", "matrices"]),
  /** Largest norm of the gradient; 0 clips nothing. */
  clipNorm: z.number().min(0).max(1e6),
  /** Of a moving average of the weights, which is delivered in their place; 0 keeps none. */
  averageDecay: z.number().min(0).max(0.99999),
  /** Equal parts that a batch is computed in, to save memory. */
  accumulationSteps: z.int().min(1).max(1024),
  labelSmoothing: z.number().min(0).max(0.5),
  weights: LearningWeights,
  batchSize: z.int().min(1).max(4096),
  totalSteps: z.int().min(1).max(1_000_000),
  stepsPerSegment: z.int().min(1).max(5_000),
  learningRate: z.number().positive().max(10),
  weightDecay: z.number().min(0).max(1),
  schedule: z.enum(["constant", "cosine", "linear"]),
  warmupSteps: z.int().min(0).max(100_000),
});
export type TrainingChoices = z.infer<typeof TrainingChoices>;

/** What can be minimised. */
export const LossKind = z.enum([
  "crossEntropy",
  "nextToken",
  "binaryCrossEntropy",
  "meanSquaredError",
  "meanAbsoluteError",
  "huber",
  "distillation",
]);
export type LossKind = z.infer<typeof LossKind>;

export const JobSource = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("template"), template: TemplateId }),
  z.strictObject({
    kind: z.literal("model"),
    modelBlob: Sha256,
    datasetId: z.string().max(64),
    loss: LossKind,
    /** Factor on uint8 and integer inputs that the model wants as floats; 1/255 for image bytes. */
    inputScale: z.number().positive().max(1e6).optional(),
  }),
]);
export type JobSource = z.infer<typeof JobSource>;

export const PlanInput = z.strictObject({ source: JobSource, training: TrainingChoices.partial().optional() });
export type PlanInput = z.infer<typeof PlanInput>;

export const InspectUploadedModelInput = z.strictObject({ modelBlob: Sha256 });
export type InspectUploadedModelInput = z.infer<typeof InspectUploadedModelInput>;

export const AddDatasetInput = z.strictObject({
  name: z.string().trim().min(1).max(100),
  blob: Sha256,
  format: z.enum(["safetensors", "text"]),
  /** Share of the examples held out for evaluation when the file has no split of its own. */
  heldOutPercent: z.int().min(1).max(50).default(10),
});
export type AddDatasetInput = z.input<typeof AddDatasetInput>;

export const ListJobsInput = z.strictObject({
  before: z.strictObject({ createdAt: z.date(), id: z.string().max(64) }).optional(),
  state: z
    .enum(["awaiting_approval", "awaiting_funds", "open", "running", "completed", "cancelled", "failed"])
    .optional(),
});
export type ListJobsInput = z.infer<typeof ListJobsInput>;

export const JobInput = z.strictObject({ jobId: z.string().min(1).max(64) });
export type JobInput = z.infer<typeof JobInput>;

export const LossCurveInput = JobInput.extend({ pointsMax: z.int().min(50).max(5_000).default(2_000) });
export type LossCurveInput = z.input<typeof LossCurveInput>;

export const JobLiveInput = JobInput.extend({ afterEventId: z.string().regex(/^\d{1,19}$/) });
export type JobLiveInput = z.infer<typeof JobLiveInput>;

export const ListEventsInput = JobInput.extend({
  beforeId: z
    .string()
    .regex(/^\d{1,19}$/)
    .optional(),
});
export type ListEventsInput = z.infer<typeof ListEventsInput>;
