import type { InputBinding, ModelReport } from "@trainyard/graph";
import { elementCount, exampleCount, type DatasetColumn, type DatasetSplit } from "@trainyard/protocol";
import { DatasetMismatch, DatasetTooSmall } from "./errors";

/** A dataset fitted to a model: splits whose columns carry the model's input names and shapes, and the input bindings. */
export interface BoundDataset {
  readonly train: DatasetSplit;
  readonly heldOut: DatasetSplit;
  readonly inputs: InputBinding[];
  readonly labels: { readonly dtype: DatasetColumn["dtype"] };
}

type ModelInput = ModelReport["inputs"][number];

/**
 * Fits a dataset to a model's inputs: by name where names agree, else by order; a feature may be reshaped when the
 * element counts agree ([28, 28] feeds [784]). Throws DatasetMismatch or DatasetTooSmall with what to change.
 */
export function bindDataset(
  dataset: { train: DatasetSplit; heldOut: DatasetSplit },
  inputs: readonly ModelInput[],
  options: { batchSize: number; inputScale: number | null },
): BoundDataset {
  const { train, heldOut } = dataset;
  const bound =
    train.kind === "examples" && heldOut.kind === "examples"
      ? bindExamples(train, heldOut, inputs, options.inputScale)
      : bindTokens(train, heldOut, inputs);
  const count = exampleCount(bound.train);
  if (count < options.batchSize)
    throw new DatasetTooSmall(
      `The dataset yields ${Math.max(0, count)} training examples, less than one batch of ${options.batchSize}. Lower the batch size or bring more data.`,
      { count, batchSize: options.batchSize },
    );
  if (exampleCount(bound.heldOut) < 1)
    throw new DatasetTooSmall(
      "The dataset holds out no example for evaluation. Bring more data or hold out a larger share.",
    );
  return bound;
}

type Examples = Extract<DatasetSplit, { kind: "examples" }>;

function bindExamples(
  train: Examples,
  heldOut: Examples,
  inputs: readonly ModelInput[],
  scale: number | null,
): BoundDataset {
  if (inputs.length !== train.features.length)
    throw new DatasetMismatch(
      `The model has ${inputs.length} inputs (${inputs.map((i) => i.name).join(", ")}), the dataset ${train.features.length} features (${train.features.map((f) => f.name).join(", ")}). They must correspond one to one.`,
    );
  const byName = inputs.every((input) => train.features.some((f) => f.name === input.name));
  const pick = (split: Examples, input: ModelInput, at: number): DatasetColumn => {
    const feature = byName ? split.features.find((f) => f.name === input.name) : split.features[at];
    if (feature === undefined)
      throw new DatasetMismatch(`The held-out data has no feature for the model's input "${input.name}".`);
    return reshaped(feature, input);
  };
  const split = (part: Examples): Examples => ({ ...part, features: inputs.map((input, at) => pick(part, input, at)) });
  const [boundTrain, boundHeldOut] = [split(train), split(heldOut)];
  return {
    train: boundTrain,
    heldOut: boundHeldOut,
    inputs: boundTrain.features.map((feature, at) => binding(feature, inputs[at], scale)),
    labels: { dtype: train.labels.dtype },
  };
}

function reshaped(feature: DatasetColumn, input: ModelInput): DatasetColumn {
  const wanted = input.shape.slice(1);
  const shape = wanted.map((d) => (typeof d === "number" ? d : 0));
  if (shape.includes(0) || elementCount(shape) !== elementCount(feature.shape))
    throw new DatasetMismatch(
      `The model's input "${input.name}" takes [batch, ${wanted.join(", ")}], the feature "${feature.name}" has rows of [${feature.shape.join(", ")}]. Reshape the data or export the model with this input shape.`,
    );
  return { ...feature, name: input.name, shape };
}

function binding(feature: DatasetColumn, input: ModelInput | undefined, scale: number | null): InputBinding {
  const isFloat = input?.dtype.startsWith("float") ?? false;
  if (!isFloat) return { input: feature.name, dtype: feature.dtype };
  // Floats are what the model wants already; bytes are images unless the buyer says otherwise.
  const factor = feature.dtype === "float32" ? 1 : (scale ?? (feature.dtype === "uint8" ? 1 / 255 : 1));
  return { input: feature.name, dtype: feature.dtype, scale: factor, offset: 0 };
}

function bindTokens(train: DatasetSplit, heldOut: DatasetSplit, inputs: readonly ModelInput[]): BoundDataset {
  const [input] = inputs;
  if (train.kind !== "tokens" || heldOut.kind !== "tokens")
    throw new DatasetMismatch("Training and held-out data must be of one kind.");
  const contextLength = input?.shape[1];
  if (input === undefined || inputs.length !== 1 || input.shape.length !== 2 || typeof contextLength !== "number")
    throw new DatasetMismatch(
      "A token dataset feeds a model with exactly one input [batch, context] of fixed context length. Export the model so.",
    );
  const fit = (split: Extract<DatasetSplit, { kind: "tokens" }>) => ({
    ...split,
    contextLength,
    tokens: { ...split.tokens, name: input.name },
  });
  return {
    train: fit(train),
    heldOut: fit(heldOut),
    inputs: [{ input: input.name, dtype: train.tokens.dtype }],
    labels: { dtype: train.tokens.dtype },
  };
}
