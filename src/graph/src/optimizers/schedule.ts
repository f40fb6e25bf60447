import { SCALARS_PER_STEP, type AdamW } from "./adamw";

export interface Schedule {
  readonly kind: "constant" | "cosine" | "linear";
  readonly warmupSteps: number;
}

/**
 * float32 [totalSteps, 3], little-endian: the scalars of every step. Powers of beta come from repeated multiplication,
 * which IEEE 754 fixes. Computed once when a job is posted and shipped as data, so nobody has to recompute the cosine.
 */
export function scheduleTable(options: AdamW, schedule: Schedule, totalSteps: number): Uint8Array {
  const bytes = new Uint8Array(totalSteps * SCALARS_PER_STEP * 4);
  const view = new DataView(bytes.buffer);
  let power1 = 1;
  let power2 = 1;
  for (let step = 0; step < totalSteps; step++) {
    power1 *= options.beta1;
    power2 *= options.beta2;
    const rate = options.learningRate * rateFactor(schedule, step, totalSteps);
    const root2 = Math.sqrt(1 - power2);
    const row = [1 - rate * options.weightDecay, (rate * root2) / (1 - power1), options.epsilon * root2];
    for (const [i, value] of row.entries()) view.setFloat32((step * SCALARS_PER_STEP + i) * 4, value, true);
  }
  return bytes;
}

/** Share of the learning rate at a step: a linear warm-up, then the shape down to zero at the end. */
export function rateFactor({ kind, warmupSteps }: Schedule, step: number, totalSteps: number): number {
  if (step < warmupSteps) return (step + 1) / warmupSteps;
  if (kind === "constant") return 1;
  const done = (step - warmupSteps) / Math.max(1, totalSteps - warmupSteps);
  return kind === "linear" ? 1 - done : 0.5 * (1 + Math.cos(Math.PI * done));
}
