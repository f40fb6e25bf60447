import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compileTraining, type TrainingOptions } from "@trainyard/graph";
import { encodeSafetensors, type NamedTensor } from "@trainyard/protocol";
import { TEMPLATES, type Template } from "@/modules/jobs";

/** A sample job's model with its batch, and how many steps one timed round trains. */
export interface Workload {
  readonly name: string;
  readonly batchSize: number;
  readonly steps: number;
  readonly input: { readonly name: string; readonly shape: readonly number[]; readonly scale?: number };
  /** Labels of one example, and how many values a label (and a token) can have. */
  readonly labelShape: readonly number[];
  readonly classCount: number;
  buildModel(): Uint8Array;
}

/** What the bench adds to a sample job: the tensors of one example, and the length of a round. */
const SHAPES: Readonly<Record<Template["id"], Omit<Workload, "name" | "batchSize" | "buildModel">>> = {
  "mnist-mlp": { steps: 200, input: { name: "x", shape: [784], scale: 1 / 255 }, labelShape: [], classCount: 10 },
  "mnist-cnn": { steps: 80, input: { name: "x", shape: [1, 28, 28], scale: 1 / 255 }, labelShape: [], classCount: 10 },
  "moby-gpt": { steps: 8, input: { name: "tokens", shape: [64] }, labelShape: [64], classCount: 96 },
};

/** The models and batches of the sample jobs of `npm start`. */
export const WORKLOADS: readonly Workload[] = TEMPLATES.map((template) => ({
  name: template.id,
  batchSize: template.defaults.batchSize,
  buildModel: () => template.buildModel(),
  ...SHAPES[template.id],
}));

/** Writes what both sides train on: the segment graph, the first state, and the batches of one round. */
export function writeWorkload(workload: Workload, folder: string, rounds: number): void {
  const { batchSize, steps, input, labelShape, classCount } = workload;
  const options: TrainingOptions = {
    batchSize,
    inputs: [{ input: input.name, dtype: "uint8", ...(input.scale === undefined ? {} : { scale: input.scale }) }],
    labels: { dtype: "uint8" },
    loss: { kind: "crossEntropy" },
    optimizer: { kind: "adamw", learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01 },
    schedule: { kind: "constant", warmupSteps: 0 },
    totalSteps: steps * rounds,
    evaluationBatchSize: batchSize,
  };
  const compiled = compileTraining(workload.buildModel(), options);
  const schedule: NamedTensor = {
    name: "schedule",
    dtype: "float32",
    shape: [steps * rounds, compiled.scheduleWidth],
    data: compiled.schedule,
  };
  const dataRange = input.scale === undefined ? classCount : 256;
  const data = [
    bytes(`data.${input.name}`, [steps, batchSize, ...input.shape], dataRange),
    bytes("labels", [steps, batchSize, ...labelShape], classCount),
  ];
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "segment.onnx"), compiled.segmentModel);
  writeFileSync(join(folder, "state.safetensors"), encodeSafetensors(compiled.initialState));
  writeFileSync(join(folder, "schedule.safetensors"), encodeSafetensors([schedule]));
  writeFileSync(join(folder, "data.safetensors"), encodeSafetensors(data));
}

/** The same scattered numbers below `range` in every run; dense kernels take the same time on any of them. */
function bytes(name: string, shape: readonly number[], range: number): NamedTensor {
  let seed = name.length;
  const next = (): number => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) >>> 16;
  const count = shape.reduce((product, size) => product * size, 1);
  return { name, dtype: "uint8", shape, data: Uint8Array.from({ length: count }, () => next() % range) };
}
