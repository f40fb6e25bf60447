import { Sha256 } from "@trainyard/protocol";
import { z } from "zod";

export const TemplateId = z.enum(["mnist-mlp", "mnist-cnn", "moby-gpt"]);
export type TemplateId = z.infer<typeof TemplateId>;

/** How to train: everything the buyer may choose, with the compiler's AdamW as optimizer. */
export const TrainingChoices = z.strictObject({
  batchSize: z.int().min(1).max(4096),
  totalSteps: z.int().min(1).max(1_000_000),
  stepsPerSegment: z.int().min(1).max(5_000),
  learningRate: z.number().positive().max(10),
  weightDecay: z.number().min(0).max(1),
  schedule: z.enum(["constant", "cosine", "linear"]),
  warmupSteps: z.int().min(0).max(100_000),
});
export type TrainingChoices = z.infer<typeof TrainingChoices>;

export const JobSource = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("template"), template: TemplateId }),
  z.strictObject({
    kind: z.literal("model"),
    modelBlob: Sha256,
    datasetId: z.string().max(64),
    loss: z.enum(["crossEntropy", "meanSquaredError"]),
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
