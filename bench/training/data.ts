import type { NamedTensor } from "@trainyard/protocol";

/** The tensors of one example: bytes of the input, and labels (or next tokens) below the class count. */
export interface ExampleShape {
  readonly input: string;
  readonly shape: readonly number[];
  readonly scale?: number;
  readonly labelShape: readonly number[];
  readonly classCount: number;
}

/** One label in so many is drawn at random, so that no model brings the loss near zero, where ratios mean nothing. */
const RANDOM_LABEL = 4;

/**
 * Batches that a model can learn, the same in every run: images are noise around one pattern a class, tokens count
 * upwards by a step that each sequence keeps; some labels are wrong.
 */
export function learnableData(example: ExampleShape, steps: number, batchSize: number): NamedTensor[] {
  const { input, shape, labelShape, classCount } = example;
  const next = scattered();
  const size = shape.reduce((product, dim) => product * dim, 1);
  const count = steps * batchSize;
  const labelled = labelShape.reduce((product, dim) => product * dim, 1);
  const data = new Uint8Array(count * size);
  const labels = new Uint8Array(count * labelled);
  const isText = example.scale === undefined;
  const patterns = Uint8Array.from({ length: classCount * size }, () => next() % 128);
  const disturbed = (label: number): number => (next() % RANDOM_LABEL === 0 ? next() % classCount : label);
  for (let at = 0; at < count; at++) {
    const chosen = next() % classCount;
    const step = 1 + (next() % 3);
    const value = isText
      ? (i: number): number => (chosen + i * step) % classCount
      : (i: number): number => (patterns[chosen * size + i] ?? 0) + (next() % 128);
    for (let i = 0; i < size; i++) data[at * size + i] = value(i);
    for (let i = 0; i < labelled; i++)
      labels[at * labelled + i] = disturbed(isText ? (chosen + (i + 1) * step) % classCount : chosen);
  }
  return [
    { name: `data.${input}`, dtype: "uint8", shape: [steps, batchSize, ...shape], data },
    { name: "labels", dtype: "uint8", shape: [steps, batchSize, ...labelShape], data: labels },
  ];
}

/** A stream of 16-bit numbers from a linear congruence. */
function scattered(): () => number {
  let seed = 1;
  return () => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) >>> 16;
}
