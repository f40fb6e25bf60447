import { optimizerOf, type OptimizerChoice } from "./choose-optimizer";

export interface Schedule {
  readonly kind: "constant" | "cosine" | "linear";
  readonly warmupSteps: number;
}

/** Keys of chance are whole numbers below this: float32 carries them exactly. */
const KEYS = 2 ** 24;

/**
 * float32 [totalSteps, width], little-endian: the numbers of every step that the host computes: the optimizer's, and with
 * `seed` a key for chance, a different one in each of 2^24 steps. Computed once when a job is posted and shipped as data,
 * so nobody has to recompute a cosine or a power.
 */
export function scheduleTable(
  o: {
    readonly optimizer: OptimizerChoice;
    readonly schedule: Schedule;
    readonly totalSteps: number;
  },
  seed: number | undefined,
): { width: number; bytes: Uint8Array } {
  const scalars = optimizerOf(o.optimizer).scalars();
  const width = scheduleWidth(o.optimizer, seed !== undefined);
  const bytes = new Uint8Array(o.totalSteps * width * 4);
  const view = new DataView(bytes.buffer);
  for (let step = 0; step < o.totalSteps; step++) {
    const rate = o.optimizer.learningRate * rateFactor(o.schedule, step, o.totalSteps);
    const row = [...scalars(rate), ...(seed === undefined ? [] : [keyOf(seed, step)])];
    for (const [i, value] of row.entries()) view.setFloat32((step * width + i) * 4, value, true);
  }
  return { width, bytes };
}

/** Numbers of one step. */
export function scheduleWidth(optimizer: OptimizerChoice, usesChance: boolean): number {
  return optimizerOf(optimizer).scalars()(0).length + (usesChance ? 1 : 0);
}

const keyOf = (seed: number, step: number): number => ((Math.imul(step, 0x9e3779b1) + seed) >>> 0) % KEYS;

/** Share of the learning rate at a step: a linear warm-up, then the shape down to zero at the end. */
export function rateFactor({ kind, warmupSteps }: Schedule, step: number, totalSteps: number): number {
  if (step < warmupSteps) return (step + 1) / warmupSteps;
  if (kind === "constant") return 1;
  const done = (step - warmupSteps) / Math.max(1, totalSteps - warmupSteps);
  return kind === "linear" ? 1 - done : 0.5 * (1 + Math.cos(Math.PI * done));
}
