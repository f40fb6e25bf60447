import { cnnTemplate, gptTemplate, mlpTemplate, type CompiledTraining, type TrainingOptions } from "..";
import { noise } from "./runtime";
import { runTraining, type FedRows, type Trained } from "./run-training";
import { trainingOptions } from "./training";

/** A small model with a rule that it can learn. */
export interface Task {
  readonly name: string;
  readonly forward: Uint8Array;
  readonly options: TrainingOptions;
  readonly input: string;
  readonly row: readonly number[];
  readonly label: readonly number[];
  /** Rows and labels of all steps: a rule that a model can learn. */
  readonly rows: (count: number) => { data: Uint8Array; labels: Uint8Array };
}

/** Images whose class is the quadrant that is bright. */
function bright(count: number, side: number): { data: Uint8Array; labels: Uint8Array } {
  const labels = Uint8Array.from({ length: count }, (_, i) => (i * 7 + (i >> 2)) % 4);
  const grain = noise(count * side * side, 5);
  const data = Uint8Array.from({ length: count * side * side }, (_, at) => {
    const [image, y, x] = [Math.floor(at / (side * side)), Math.floor(at / side) % side, at % side];
    const quadrant = (y < side / 2 ? 0 : 2) + (x < side / 2 ? 0 : 1);
    return (quadrant === labels[image] ? 160 : 40) + Math.floor(40 * (grain[at] ?? 0));
  });
  return { data, labels };
}

/** Token sequences that count upwards from a random place. */
function counting(count: number, length: number, vocabulary: number): { data: Uint8Array; labels: Uint8Array } {
  const token = (at: number, by: number) => ((Math.floor(at / length) * 5 + (at % length) + by) * 3) % vocabulary;
  return {
    data: Uint8Array.from({ length: count * length }, (_, at) => token(at, 0)),
    labels: Uint8Array.from({ length: count * length }, (_, at) => token(at, 1)),
  };
}

const scale = 1 / 255;
export const TASKS: readonly Task[] = [
  {
    name: "dense classifier",
    forward: mlpTemplate({ inputSize: 64, hiddenSizes: [24, 12], classCount: 4, seed: 3 }),
    options: trainingOptions({ inputs: [{ input: "x", dtype: "uint8", scale, offset: -0.5 }] }),
    input: "x",
    row: [64],
    label: [],
    rows: (count) => bright(count, 8),
  },
  {
    name: "convolutional classifier",
    forward: cnnTemplate({ channels: 1, height: 12, width: 12, classCount: 4, seed: 3 }),
    options: trainingOptions({ inputs: [{ input: "x", dtype: "uint8", scale }] }),
    input: "x",
    row: [1, 12, 12],
    label: [],
    rows: (count) => bright(count, 12),
  },
  {
    name: "transformer",
    forward: gptTemplate({
      vocabularySize: 17,
      contextLength: 12,
      embeddingSize: 16,
      layerCount: 2,
      headCount: 2,
      seed: 3,
    }),
    options: trainingOptions({
      inputs: [{ input: "tokens", dtype: "uint8" }],
      optimizer: { kind: "adamw", learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01 },
    }),
    input: "tokens",
    row: [12],
    label: [12],
    rows: (count) => counting(count, 12, 17),
  },
];

/** Trains a task over runs of the given lengths, each starting from the state the last one left. */
export function train(task: Task, compiled: CompiledTraining, chunks: readonly number[]): Promise<Trained> {
  const steps = chunks.reduce((a, b) => a + b, 0);
  const { batchSize } = task.options;
  const { data, labels } = task.rows(steps * batchSize);
  const fed = {
    [`data.${task.input}`]: { dtype: "uint8", shape: [steps, batchSize, ...task.row], data },
    labels: { dtype: "uint8", shape: [steps, batchSize, ...task.label], data: labels },
  } satisfies Record<string, FedRows>;
  return runTraining(compiled, fed, chunks);
}
