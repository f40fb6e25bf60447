import type { TrainingOptions } from "../options";

/** A model of `vectors` with the data that it is trained on here. */
export interface Exported {
  readonly name: string;
  /** Pixels of a side of its images, or tokens and vocabulary of its texts. */
  readonly data: { readonly side: number } | { readonly tokens: number; readonly vocabulary: number };
  readonly masked?: true;
  readonly loss: TrainingOptions["loss"];
  readonly classes: number;
  readonly learningRate: number;
}

const images = (name: string, learningRate: number, side = 64): Exported => ({
  name,
  data: { side },
  loss: { kind: "crossEntropy" },
  classes: 10,
  learningRate,
});

const texts = (name: string, learningRate: number, classes: number, tokens = 20, vocabulary = 50): Exported => ({
  name,
  data: { tokens, vocabulary },
  loss: { kind: "crossEntropy" },
  classes,
  learningRate,
});

/** Every model of `vectors`, with a learning rate at which plain SGD fits one batch. */
export const EXPORTED: readonly Exported[] = [
  images("resnet18", 0.01),
  images("mobilenet_v2", 0.02),
  images("vgg11_bn", 0.002, 224),
  images("densenet121", 0.01),
  images("squeezenet1_1", 0.01),
  images("inception_v3", 0.01, 75),
  images("efficientnet_b0", 0.01),
  images("vit_b_16", 0.01),
  texts("lstm", 0.5, 4),
  { ...texts("bert_tiny", 0.02, 3, 32, 200), masked: true },
  { ...texts("gpt2_tiny", 0.02, 200, 32, 200), loss: { kind: "nextToken" } },
  images("alexnet", 0.02, 224),
  images("mobilenet_v3_small", 0.02),
  images("googlenet", 0.01),
  images("shufflenet_v2_x0_5", 0.05),
  images("regnet_x_400mf", 0.01),
  images("convnext_tiny", 0.01),
  texts("gru", 0.5, 4),
  { ...texts("llama_tiny", 0.2, 200, 32, 200), loss: { kind: "nextToken" } },
];

/** Options that train such a model with plain SGD on bytes. */
export function exportedOptions(
  { data, masked, loss, learningRate }: Exported,
  batch: number,
  steps: number,
): TrainingOptions {
  const scaled = { dtype: "uint8", scale: 1 / 64, offset: -2 } as const;
  return {
    batchSize: batch,
    inputs:
      "side" in data
        ? [{ input: "x", ...scaled }]
        : ["tokens", ...(masked === true ? ["mask"] : [])].map((input) => ({ input, dtype: "uint8" })),
    labels: { dtype: "uint8" },
    loss,
    optimizer: { kind: "sgd", learningRate, momentum: 0, nesterov: false, weightDecay: 0 },
    schedule: { kind: "constant", warmupSteps: 0 },
    totalSteps: steps,
    evaluationBatchSize: batch,
  };
}

/** One batch of scattered bytes, the same every time: what a step is fed, by port. */
export function exportedBatch(
  { data, masked, loss, classes }: Exported,
  batch: number,
): Map<string, { readonly shape: readonly number[]; readonly data: Uint8Array }> {
  let seed = 12_345;
  const below = (range: number): number => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return (seed >>> 8) % range;
  };
  const rows = (shape: readonly number[], value: () => number) => ({
    shape: [batch, ...shape],
    data: Uint8Array.from({ length: shape.reduce((a, b) => a * b, batch) }, value),
  });
  const fed = new Map<string, { shape: readonly number[]; data: Uint8Array }>();
  if ("side" in data)
    fed.set(
      "data.x",
      rows([3, data.side, data.side], () => below(256)),
    );
  else
    fed.set(
      "data.tokens",
      rows([data.tokens], () => below(data.vocabulary)),
    );
  if (masked === true && "tokens" in data)
    fed.set(
      "data.mask",
      rows([data.tokens], () => 1),
    );
  const tokens = fed.get("data.tokens");
  fed.set("labels", loss.kind === "nextToken" && tokens !== undefined ? tokens : rows([], () => below(classes)));
  return fed;
}
