import { optimizerOf, type OptimizerChoice } from "./choose-optimizer";

export interface Schedule {
  readonly kind: "constant" | "cosine" | "linear";
  readonly warmupSteps: number;
}

/** Keys of chance are whole numbers below this: float32 carries them exactly. */
const KEYS = 2 ** 24;

/**
 * float32 [totalSteps, width], little-endian: the numbers of every step that the host computes: the optimizer's, with an
 * average its decay, and with `seed` a key for chance, a different one in each of 2^24 steps. Computed once when a job is posted and shipped as data,
 * so nobody has to recompute a cosine or a power.
 */
export function scheduleTable(
  o: {
    readonly optimizer: OptimizerChoice;
    readonly schedule: Schedule;
    readonly totalSteps: number;
    readonly averageDecay?: number | undefined;
  },
  seed: number | undefined,
): { width: number; bytes: Uint8Array } {
  const scalars = optimizerOf(o.optimizer).scalars();
  const width = scheduleColumns(o, seed !== undefined).width;
  const bytes = new Uint8Array(o.totalSteps * width * 4);
  const view = new DataView(bytes.buffer);
  for (let step = 0; step < o.totalSteps; step++) {
    const rate = o.optimizer.learningRate * rateFactor(o.schedule, step, o.totalSteps);
    const average = o.averageDecay === undefined ? [] : [averageDecayAt(o.averageDecay, step)];
    const row = [...scalars(rate), ...average, ...(seed === undefined ? [] : [keyOf(seed, step)])];
    for (const [i, value] of row.entries()) view.setFloat32((step * width + i) * 4, value, true);
  }
  return { width, bytes };
}

/** Where the numbers of a step stand: the optimizer's first, then the decay of the average and the key, where there are any. */
export function scheduleColumns(
  o: { readonly optimizer: OptimizerChoice; readonly averageDecay?: number | undefined },
  usesChance: boolean,
): { width: number; scalars: number; average: number | undefined; key: number | undefined } {
  const scalars = optimizerOf(o.optimizer).scalars()(0).length;
  const average = o.averageDecay === undefined ? undefined : scalars;
  const key = usesChance ? scalars + (average === undefined ? 0 : 1) : undefined;
  return { width: scalars + (average === undefined ? 0 : 1) + (usesChance ? 1 : 0), scalars, average, key };
}

/** An average that starts at untrained weights must forget them: (1 + t) / (10 + t) until that reaches the decay. */
export function averageDecayAt(decay: number, step: number): number {
  return Math.min(decay, (1 + step) / (10 + step));
}

const keyOf = (seed: number, step: number): number => ((Math.imul(step, 0x9e3779b1) + seed) >>> 0) % KEYS;

/** Share of the learning rate at a step: a linear warm-up, then the shape down to zero at the end. */
export function rateFactor({ kind, warmupSteps }: Schedule, step: number, totalSteps: number): number {
  if (step < warmupSteps) return (step + 1) / warmupSteps;
  if (kind === "constant") return 1;
  const done = (step - warmupSteps) / Math.max(1, totalSteps - warmupSteps);
  return kind === "linear" ? 1 - done : 0.5 * (1 + Math.cos(Math.PI * done));
}
