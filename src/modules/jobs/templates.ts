import { cnnTemplate, gptTemplate, mlpTemplate } from "@trainyard/graph";
import type { TemplateId, TrainingChoices } from "./inputs";
import { COMMON_CHOICES } from "./training-options";

/** Characters of the sample text model: printable ASCII and the line break. */
export const CHARACTER_COUNT = 96;
/** Tokens of context of the sample text model. */
const CONTEXT_LENGTH = 64;

/** A sample job: a model made by us, a public dataset and choices known to train well. */
export interface Template {
  readonly id: TemplateId;
  readonly title: string;
  readonly summary: string;
  readonly datasetId: string;
  readonly loss: "crossEntropy";
  readonly inputScale: number | null;
  readonly defaults: TrainingChoices;
  /** The forward model as ONNX bytes; the same bytes every time. */
  buildModel(): Uint8Array;
}

export const TEMPLATES: readonly Template[] = [
  {
    id: "mnist-mlp",
    title: "Digit classifier, dense",
    summary: "784-256-128-10 perceptron on MNIST: 235,146 parameters, about 98 % in five epochs.",
    datasetId: "dts_mnist",
    loss: "crossEntropy",
    inputScale: 1 / 255,
    defaults: {
      ...COMMON_CHOICES,
      batchSize: 128,
      totalSteps: 2340,
      stepsPerSegment: 117,
      learningRate: 0.001,
      warmupSteps: 50,
    },
    buildModel: () => mlpTemplate({ inputSize: 784, hiddenSizes: [256, 128], classCount: 10, seed: 1 }),
  },
  {
    id: "mnist-cnn",
    title: "Digit classifier, convolutional",
    summary: "Small convolutional network on MNIST, about 99 % in two epochs.",
    datasetId: "dts_mnist",
    loss: "crossEntropy",
    inputScale: 1 / 255,
    defaults: {
      ...COMMON_CHOICES,
      batchSize: 64,
      totalSteps: 1872,
      stepsPerSegment: 78,
      learningRate: 0.002,
      warmupSteps: 50,
    },
    buildModel: () => cnnTemplate({ channels: 1, height: 28, width: 28, classCount: 10, seed: 1 }),
  },
  {
    id: "moby-gpt",
    title: "Character GPT",
    summary: "Three-layer transformer that learns to write like Moby-Dick, one character at a time.",
    datasetId: "dts_moby_dick",
    loss: "crossEntropy",
    inputScale: null,
    defaults: {
      ...COMMON_CHOICES,
      batchSize: 16,
      totalSteps: 1200,
      stepsPerSegment: 50,
      learningRate: 0.002,
      warmupSteps: 60,
    },
    buildModel: () =>
      gptTemplate({
        vocabularySize: CHARACTER_COUNT,
        contextLength: CONTEXT_LENGTH,
        embeddingSize: 96,
        layerCount: 3,
        headCount: 4,
        seed: 1,
      }),
  },
];
