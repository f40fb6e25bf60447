import type { Inputs, Outputs } from "../api/trpc";

export type Quote = Outputs["settlement"]["quote"];
export type QuoteInput = Inputs["settlement"]["quote"];
export type Template = Outputs["jobs"]["templates"][number];
export type TrainingChoices = Template["defaults"];
export type ListChoice = "engine" | "schedule" | "optimizer" | "weightDecayOn";
export type NumberField = Exclude<keyof TrainingChoices, ListChoice | "weights">;

/** Which weights learn, as typed: patterns are divided by commas or line breaks. */
export interface WeightsDraft {
  readonly kind: TrainingChoices["weights"]["kind"];
  readonly patterns: string;
  readonly rank: string;
  readonly alpha: string;
}

/** An uploaded file, by content. */
export interface Upload {
  readonly fileName: string;
  readonly hash: string;
  readonly bytes: number;
}

/** What the buyer has said so far. Numbers stay text until they are read, so that half-typed ones are not lost. */
export interface Draft {
  readonly source: Template["id"] | "own";
  readonly model: Upload | null;
  readonly datasetId: string | null;
  readonly loss: Extract<QuoteInput["source"], { kind: "model" }>["loss"];
  /** Divide bytes, such as those of images, by 255. */
  readonly scaleBytes: boolean;
  readonly numbers: Readonly<Partial<Record<NumberField, string>>>;
  readonly lists: { readonly [K in ListChoice]?: TrainingChoices[K] };
  readonly weights: WeightsDraft;
}

export const EMPTY_DRAFT: Draft = {
  source: "mnist-mlp",
  model: null,
  datasetId: null,
  loss: "crossEntropy",
  scaleBytes: true,
  numbers: {},
  lists: {},
  weights: { kind: "all", patterns: "", rank: "", alpha: "" },
};

/** What an adapter has where the buyer chose nothing. */
export const LORA_DEFAULTS = { rank: 8, alpha: 16 };

interface Range {
  readonly min: number;
  readonly max: number;
  readonly whole: boolean;
  readonly sentence: string;
}

/** What each number may be; the same limits as the server's, so that a mistake shows before anything is sent. */
export const RANGES: Record<NumberField, Range> = {
  batchSize: { min: 1, max: 4096, whole: true, sentence: "A whole number from 1 to 4,096." },
  totalSteps: { min: 1, max: 1_000_000, whole: true, sentence: "A whole number from 1 to 1,000,000." },
  stepsPerSegment: { min: 1, max: 5_000, whole: true, sentence: "A whole number from 1 to 5,000." },
  learningRate: { min: Number.MIN_VALUE, max: 10, whole: false, sentence: "A number above 0, at most 10." },
  weightDecay: { min: 0, max: 1, whole: false, sentence: "A number from 0 to 1." },
  warmupSteps: { min: 0, max: 100_000, whole: true, sentence: "A whole number from 0 to 100,000." },
  momentum: { min: 0, max: 0.999, whole: false, sentence: "A number from 0 to 0.999." },
  clipNorm: { min: 0, max: 1e6, whole: false, sentence: "A number from 0 (off) to 1,000,000." },
  averageDecay: { min: 0, max: 0.99999, whole: false, sentence: "A number from 0 (off) to 0.99999." },
  accumulationSteps: { min: 1, max: 1024, whole: true, sentence: "A whole number from 1 to 1,024." },
  labelSmoothing: { min: 0, max: 0.5, whole: false, sentence: "A number from 0 to 0.5." },
};

const RANK: Range = { min: 1, max: 1024, whole: true, sentence: "A whole number from 1 to 1,024." };
const ALPHA: Range = {
  min: Number.MIN_VALUE,
  max: 10_000,
  whole: false,
  sentence: "A number above 0, at most 10,000.",
};

export interface DraftReading {
  /** What to ask the quote for; null while something is missing or wrong. */
  readonly input: QuoteInput | null;
  readonly errors: Readonly<Partial<Record<NumberField | "rank" | "alpha", string>>>;
  /** What is still needed before there can be a quote. */
  readonly missing: string | null;
}

/** Reads a draft: the quote's input, or which fields are wrong and what is missing. */
export function readDraft(draft: Draft): DraftReading {
  const errors: Partial<Record<NumberField | "rank" | "alpha", string>> = {};
  const training: Partial<Record<NumberField, number>> = {};
  for (const field of Object.keys(RANGES) as NumberField[]) {
    if (isHidden(field, draft)) continue;
    const text = draft.numbers[field]?.trim();
    if (text === undefined || text === "") continue;
    const value = readNumber(text, RANGES[field]);
    if (value === null) errors[field] = RANGES[field].sentence;
    else training[field] = value;
  }
  const weights = readWeights(draft.weights, errors);
  const source = sourceOf(draft);
  if (typeof source === "string") return { input: null, errors, missing: source };
  if (Object.keys(errors).length > 0)
    return { input: null, errors, missing: "Correct the marked settings to see a price." };
  if (weights === null) return { input: null, errors, missing: "Name the weights to see a price." };
  return {
    input: { source, training: { ...training, ...draft.lists, ...(weights.kind === "all" ? {} : { weights }) } },
    errors,
    missing: null,
  };
}

/** Whether the form shows no such field for what is chosen, so that what it held counts no more. */
function isHidden(field: NumberField, { lists, source, loss }: Draft): boolean {
  if (field === "momentum") return lists.optimizer !== "sgd";
  return field === "labelSmoothing" && source === "own" && loss !== "crossEntropy" && loss !== "nextToken";
}

/** The weights that learn; null while a pattern is missing. */
function readWeights(
  { kind, patterns, rank, alpha }: WeightsDraft,
  errors: Partial<Record<"rank" | "alpha", string>>,
): TrainingChoices["weights"] | null {
  if (kind === "all") return { kind };
  const named = patterns
    .split(/[,\n]/)
    .map((pattern) => pattern.trim())
    .filter((pattern) => pattern !== "");
  if (named.length === 0) return null;
  if (kind === "frozen") return { kind, patterns: named };
  const read = (field: "rank" | "alpha", text: string, range: Range): number => {
    if (text.trim() === "") return LORA_DEFAULTS[field];
    const value = readNumber(text, range);
    if (value === null) errors[field] = range.sentence;
    return value ?? LORA_DEFAULTS[field];
  };
  return { kind, targets: named, rank: read("rank", rank, RANK), alpha: read("alpha", alpha, ALPHA) };
}

function readNumber(text: string, range: Range): number | null {
  const value = Number(text.replaceAll(",", ""));
  if (!Number.isFinite(value) || value < range.min || value > range.max) return null;
  return range.whole && !Number.isInteger(value) ? null : value;
}

function sourceOf(draft: Draft): QuoteInput["source"] | string {
  if (draft.source !== "own") return { kind: "template", template: draft.source };
  if (draft.model === null) return "Upload your model to see a price.";
  if (draft.datasetId === null) return "Choose a dataset to see a price.";
  // Bytes are divided unless it is said that they are not.
  const scale = draft.scaleBytes ? {} : { inputScale: 1 };
  return { kind: "model", modelBlob: draft.model.hash, datasetId: draft.datasetId, loss: draft.loss, ...scale };
}
