import { compileTraining, gptTemplate, mlpTemplate, type TrainingOptions } from "@trainyard/graph";
import {
  encodeSafetensors,
  stateRoot,
  STANDARD_ENGINES,
  type DatasetSplit,
  type EngineKind,
  type JobSpec,
} from "@trainyard/protocol";
import type { TestGateway } from "./gateway";

const SEED = "00112233445566778899aabbccddeeff";
const INPUT_SIZE = 12;
const CLASSES = 3;
const ADAMW = {
  kind: "adamw",
  learningRate: 0.01,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: 0.01,
} as const;

export interface Shape {
  stepsPerSegment: number;
  segmentCount: number;
  /** Native where nothing is said. */
  engine?: EngineKind;
}

/** Rows whose class shows in the data, so that a training run that works lowers the loss. */
function examples(gateway: TestGateway, count: number, salt: number): DatasetSplit {
  const rows = new Uint8Array(count * INPUT_SIZE);
  const labels = new Uint8Array(count);
  for (let row = 0; row < count; row++) {
    labels[row] = (row * 7 + salt) % CLASSES;
    for (let i = 0; i < INPUT_SIZE; i++) {
      const noise = (row * 193 + i * 71 + salt * 29) % 96;
      rows[row * INPUT_SIZE + i] = noise + (i % CLASSES === labels[row] ? 150 : 0);
    }
  }
  return {
    kind: "examples",
    count,
    features: [{ name: "x", dtype: "uint8", shape: [INPUT_SIZE], blob: gateway.store(rows) }],
    labels: { name: "y", dtype: "uint8", shape: [], blob: gateway.store(labels) },
  };
}

/** A real classification job, compiled from the MLP template; its held-out count is no multiple of the batch. */
export function mlpJob(gateway: TestGateway, shape: Shape): JobSpec {
  const forward = mlpTemplate({ inputSize: INPUT_SIZE, hiddenSizes: [16, 8], classCount: CLASSES, seed: 5 });
  const options: TrainingOptions = {
    batchSize: 8,
    inputs: [{ input: "x", dtype: "uint8", scale: 1 / 255 }],
    labels: { dtype: "uint8" },
    loss: { kind: "crossEntropy" },
    optimizer: ADAMW,
    schedule: { kind: "cosine", warmupSteps: 4 },
    totalSteps: shape.stepsPerSegment * shape.segmentCount,
    evaluationBatchSize: 16,
  };
  return jobSpec(gateway, forward, options, shape, examples(gateway, 90, 1), examples(gateway, 41, 2));
}

/** A real language-model job over a token stream, compiled from the GPT template. */
export function gptJob(gateway: TestGateway, shape: Shape): JobSpec {
  const contextLength = 8;
  const forward = gptTemplate({
    vocabularySize: 32,
    contextLength,
    embeddingSize: 16,
    layerCount: 1,
    headCount: 2,
    seed: 5,
  });
  const tokens = (count: number): DatasetSplit => ({
    kind: "tokens",
    count,
    contextLength,
    tokens: {
      name: "tokens",
      dtype: "uint8",
      shape: [],
      blob: gateway.store(Uint8Array.from({ length: count }, (_, i) => (i * i + 3 * i) % 32)),
    },
  });
  const options: TrainingOptions = {
    batchSize: 4,
    inputs: [{ input: "tokens", dtype: "uint8" }],
    labels: { dtype: "uint8" },
    loss: { kind: "crossEntropy" },
    optimizer: ADAMW,
    schedule: { kind: "constant", warmupSteps: 0 },
    totalSteps: shape.stepsPerSegment * shape.segmentCount,
    evaluationBatchSize: 4,
  };
  return jobSpec(gateway, forward, options, shape, tokens(300), tokens(83));
}

function jobSpec(
  gateway: TestGateway,
  forward: Uint8Array,
  options: TrainingOptions,
  shape: Shape,
  train: DatasetSplit,
  heldOut: DatasetSplit,
): JobSpec {
  const { engine: kind = "native", ...counts } = shape;
  const engine = STANDARD_ENGINES[kind];
  const compiled = compileTraining(forward, { ...options, engine });
  return {
    version: 1,
    segmentModel: gateway.store(compiled.segmentModel),
    evaluationModel: gateway.store(compiled.evaluationModel),
    forwardModel: gateway.store(forward),
    schedule: gateway.store(compiled.schedule),
    scheduleWidth: compiled.scheduleWidth,
    initialState: gateway.store(encodeSafetensors(compiled.initialState)),
    initialStateRoot: stateRoot(compiled.initialState),
    train,
    heldOut,
    batchSize: options.batchSize,
    evaluationBatchSize: options.evaluationBatchSize,
    ...counts,
    seed: SEED,
    engine,
  };
}
