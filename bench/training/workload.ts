import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compileTraining, type EngineChoice, type TrainingOptions } from "@trainyard/graph";
import { encodeSafetensors, type NamedTensor } from "@trainyard/protocol";
import { TEMPLATES, type Template } from "@/modules/jobs";
import { say } from "../support/report";
import { learnableData, type ExampleShape } from "./data";
import { resnetModel } from "./resnet";

/** A model with its batch, and how many steps one timed round trains. */
export interface Workload {
  readonly name: string;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly steps: number;
  readonly example: ExampleShape;
  buildModel(): Uint8Array;
}

/**
 * Rates were chosen by trying several: training grows the rounding of the two engines, and how much is a matter of chance.
 * Largest difference of 200 losses at 1e-3: 2e-3 (dense), 6e-3 (convolutional); at 3e-4: 2e-7, 1e-4; at 2e-4: 6e-3, 2e-6;
 * at 1e-4: 2e-7 (dense). So the comparison shows that both compute the same, not that every rate stays together.
 */
const CALM = 2e-4;

const PIXEL = 1 / 255;
const digits = (shape: readonly number[]): ExampleShape => ({
  input: "x",
  shape,
  scale: PIXEL,
  labelShape: [],
  classCount: 10,
});

/** What the bench adds to a sample job: the tensors of one example, and the length of a round. */
const SAMPLES: Readonly<Record<Template["id"], Pick<Workload, "steps" | "learningRate" | "example">>> = {
  "mnist-mlp": { steps: 200, learningRate: 1e-4, example: digits([784]) },
  "mnist-cnn": { steps: 80, learningRate: CALM, example: digits([1, 28, 28]) },
  "moby-gpt": {
    steps: 8,
    learningRate: CALM,
    example: { input: "tokens", shape: [64], labelShape: [64], classCount: 96 },
  },
};

/** The models and batches of the sample jobs of `npm start`, and one of the size that people bring. */
export const WORKLOADS: readonly Workload[] = [
  ...TEMPLATES.map((template) => ({
    name: template.id,
    batchSize: template.defaults.batchSize,
    buildModel: () => template.buildModel(),
    ...SAMPLES[template.id],
  })),
  {
    name: "resnet-18",
    batchSize: 32,
    // At 1e-4 the losses of the engines are 1e-3 apart after 15 steps.
    learningRate: 1e-5,
    steps: 2,
    example: { ...digits([3, 32, 32]), classCount: 10 },
    buildModel: () => resnetModel({ side: 32, classCount: 10, seed: 1 }),
  },
];

/** Measures every model, each with a folder of its own that is removed in the end. */
export async function measureWorkloads<T>(measure: (workload: Workload, folder: string) => Promise<T>): Promise<T[]> {
  const parent = mkdtempSync(join(tmpdir(), "trainyard-bench-"));
  try {
    const results: T[] = [];
    for (const workload of WORKLOADS) {
      say(`Measuring ${workload.name}: ${workload.steps} steps of batch ${workload.batchSize} a round.`);
      results.push(await measure(workload, join(parent, workload.name)));
    }
    return results;
  } finally {
    rmSync(parent, { recursive: true, force: true });
  }
}

/** Writes what both sides train on: the segment graph, the first state, and `stored` batches; `total` bounds the steps. */
export function writeWorkload(
  workload: Workload,
  folder: string,
  stored: number,
  total: number,
  engine: EngineChoice = { kind: "native" },
): void {
  const { batchSize, example, learningRate } = workload;
  const options: TrainingOptions = {
    batchSize,
    inputs: [
      { input: example.input, dtype: "uint8", ...(example.scale === undefined ? {} : { scale: example.scale }) },
    ],
    labels: { dtype: "uint8" },
    loss: { kind: "crossEntropy" },
    optimizer: { kind: "adamw", learningRate, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01 },
    schedule: { kind: "constant", warmupSteps: 0 },
    totalSteps: total,
    evaluationBatchSize: batchSize,
    engine,
  };
  const compiled = compileTraining(workload.buildModel(), options);
  const schedule: NamedTensor = {
    name: "schedule",
    dtype: "float32",
    shape: [total, compiled.scheduleWidth],
    data: compiled.schedule,
  };
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "segment.onnx"), compiled.segmentModel);
  writeFileSync(join(folder, "state.safetensors"), encodeSafetensors(compiled.initialState));
  writeFileSync(join(folder, "schedule.safetensors"), encodeSafetensors([schedule]));
  writeFileSync(join(folder, "data.safetensors"), encodeSafetensors(learnableData(example, stored, batchSize)));
}
