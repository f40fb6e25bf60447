import type { DatasetSplit, JobSpec } from "@trainyard/protocol";

/** A held-out evaluation as people read it: mean loss, and accuracy in [0, 1] (null where no label is a class). */
export interface Evaluation {
  readonly loss: number;
  readonly accuracy: number | null;
}

/** Reads float32 little-endian values from stored bytes. */
export function floats(bytes: Uint8Array): Float32Array {
  return new Float32Array(bytes.slice().buffer);
}

/** Decodes the committed float32 [loss sum, correct, weight]; null when nothing was evaluated. */
export function readEvaluation(bytes: Uint8Array | null, hasClasses: boolean): Evaluation | null {
  if (bytes === null || bytes.byteLength !== 12) return null;
  const [lossSum = 0, correct = 0, weight = 0] = floats(bytes);
  if (weight === 0) return null;
  return { loss: lossSum / weight, accuracy: hasClasses ? correct / weight : null };
}

/** Whether the labels of a split are classes: integers are, floats are targets. */
export function labelsAreClasses(split: DatasetSplit): boolean {
  return split.kind === "tokens" || split.labels.dtype !== "float32";
}

/** Evaluation of a job's segment. */
export function jobEvaluation(spec: JobSpec, bytes: Uint8Array | null): Evaluation | null {
  return readEvaluation(bytes, labelsAreClasses(spec.heldOut));
}
