import type { LossKind } from "./inputs";
import { jobChoices } from "./job-choices";
import type { JobRecord } from "./store/jobs";

/** A held-out evaluation as people read it: mean loss, and accuracy in [0, 1] (null where right and wrong mean nothing). */
export interface Evaluation {
  readonly loss: number;
  readonly accuracy: number | null;
}

/** Losses by which a prediction is never right, only near. */
const BY_DISTANCE: readonly LossKind[] = ["meanSquaredError", "meanAbsoluteError", "huber"];

/** Reads float32 little-endian values from stored bytes. */
export function floats(bytes: Uint8Array): Float32Array {
  return new Float32Array(bytes.slice().buffer);
}

/** Decodes a segment's committed float32 [loss sum, correct, counted]; null when nothing was evaluated. */
export function jobEvaluation(job: Pick<JobRecord, "quote">, bytes: Uint8Array | null): Evaluation | null {
  if (bytes === null || bytes.byteLength !== 12) return null;
  const [lossSum = 0, correct = 0, counted = 0] = floats(bytes);
  if (counted === 0) return null;
  const accuracy = BY_DISTANCE.includes(jobChoices(job).loss) ? null : correct / counted;
  return { loss: lossSum / counted, accuracy };
}
