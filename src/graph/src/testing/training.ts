import type { TrainingOptions } from "../options";

/** Options with ordinary choices, for tests that look at something else. */
export function trainingOptions(change: Partial<TrainingOptions> & Pick<TrainingOptions, "inputs">): TrainingOptions {
  return {
    batchSize: 8,
    labels: { dtype: "uint8" },
    loss: { kind: "crossEntropy" },
    optimizer: { kind: "adamw", learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01 },
    schedule: { kind: "cosine", warmupSteps: 2 },
    totalSteps: 40,
    evaluationBatchSize: 6,
    ...change,
  };
}

/** Bytes of steps `from` to `from + count` of a table with one row a step. */
export function stepRows(table: Uint8Array, rowBytes: number, from: number, count: number): Uint8Array {
  return table.slice(from * rowBytes, (from + count) * rowBytes);
}
