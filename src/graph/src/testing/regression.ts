import { expect } from "vitest";
import { mlpTemplate, type CompiledTraining, type TrainingOptions } from "..";
import type { FedRows, Trained } from "./run-training";
import { noise } from "./runtime";
import { trainingOptions } from "./training";

/** Linear regression y = x W + b on [4, 3] -> [4, 2]: small enough to follow every optimizer by hand. */
export const STEPS = 6;
export const BATCH = 4;
export const regression = mlpTemplate({ inputSize: 3, hiddenSizes: [], classCount: 2, seed: 5 });
export const x = noise(STEPS * BATCH * 3, 1).map(Math.fround);
export const y = noise(STEPS * BATCH * 2, 2).map(Math.fround);
export const fed = {
  "data.x": { dtype: "float32", shape: [STEPS, BATCH, 3], data: x },
  labels: { dtype: "float32", shape: [STEPS, BATCH, 2], data: y },
} satisfies Record<string, FedRows>;

export const options = (change: Partial<TrainingOptions>): TrainingOptions =>
  trainingOptions({
    inputs: [{ input: "x", dtype: "float32" }],
    labels: { dtype: "float32" },
    loss: { kind: "meanSquaredError" },
    batchSize: BATCH,
    totalSteps: STEPS,
    schedule: { kind: "constant", warmupSteps: 0 },
    evaluationBatchSize: BATCH,
    ...change,
  });

export const sgd = { kind: "sgd", learningRate: 0.1, momentum: 0, nesterov: false, weightDecay: 0 } as const;

export type Weights = Map<string, number[]>;

/** Follows a run in doubles: `update` changes the weights given the gradients of a step (counted from one). */
export function byHand(
  compiled: CompiledTraining,
  update: (weights: Weights, gradients: Weights, step: number) => void,
): Weights {
  const weights: Weights = new Map(
    compiled.initialState
      .filter(({ name }) => name.startsWith("layer0."))
      .map(({ name, data }) => [name, Array.from(new Float32Array(data.slice().buffer))]),
  );
  for (let step = 0; step < STEPS; step++) update(weights, gradientsOf(weights, step), step + 1);
  return weights;
}

function gradientsOf(weights: Weights, step: number): Weights {
  const [w, c] = [weights.get("layer0.weight") ?? [], weights.get("layer0.bias") ?? []];
  const [dw, dc] = [new Array<number>(6).fill(0), [0, 0]];
  for (let row = 0; row < BATCH; row++) {
    for (const j of [0, 1]) {
      const inputs = [0, 1, 2].map((i) => x[(step * BATCH + row) * 3 + i] ?? 0);
      const out = inputs.reduce((sum, value, i) => sum + value * (w[i * 2 + j] ?? 0), c[j] ?? 0);
      const d = (2 * (out - (y[(step * BATCH + row) * 2 + j] ?? 0))) / (2 * BATCH);
      inputs.forEach((value, i) => (dw[i * 2 + j] = (dw[i * 2 + j] ?? 0) + d * value));
      dc[j] = (dc[j] ?? 0) + d;
    }
  }
  return new Map([
    ["layer0.weight", dw],
    ["layer0.bias", dc],
  ]);
}

/** Compares a state, or the slots under a prefix in it, with numbers followed by hand. */
export function expectState(trained: Trained, wanted: ReadonlyMap<string, readonly number[]>, prefix = ""): void {
  for (const [name, values] of wanted)
    values.forEach((value, i) =>
      expect(trained.state.get(`${prefix}${name}`)?.[i], `${prefix}${name}[${i}]`).toBeCloseTo(value, 5),
    );
}
