import { createHash } from "node:crypto";
import {
  elementCount,
  evaluationBatch,
  evaluationBatchCount,
  exampleCount,
  inNameOrder,
  stateRoot,
  trainingBatches,
  type BlobReader,
  type JobSpec,
  type NamedTensor,
} from "@trainyard/protocol";
import { SegmentFailure } from "./segment-failure";
import { fromRuntimeTensor, toRuntimeTensor, type GraphSession, type RuntimeTensor } from "./session";

const FIRST_CHUNK_STEPS = 2;
const CHUNK_TARGET_MS = 400;
/** Steps of one chunk are gathered in memory first; this bounds that copy. */
const CHUNK_BYTES_MAX = 64 * 1024 * 1024;

/** Native SHA-256 for the protocol's hashes: about five times the portable one. */
export const nativeSha256 = (bytes: Uint8Array): Uint8Array => createHash("sha256").update(bytes).digest();

export interface TrainingRun {
  readonly spec: JobSpec;
  readonly index: number;
  readonly blobs: BlobReader;
  /** Called once; the caller keeps no reference, so that the start state is freed after the first chunk. */
  readonly takeStartState: () => readonly NamedTensor[];
  readonly session: GraphSession;
  /** Called after every chunk with the losses of its steps. */
  readonly onLosses: (losses: Float32Array) => void;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/** Throws "bad-blob" unless the state hashes to the root that the lease names. */
export function checkStartState(state: readonly NamedTensor[], expectedRoot: string): void {
  const root = stateRoot(state, nativeSha256);
  if (root !== expectedRoot)
    throw new SegmentFailure("bad-blob", `The start state has the root ${root}, the lease names ${expectedRoot}.`);
}

/**
 * Trains the steps of one segment and returns its end state in name order. The graph's step dimension is symbolic and
 * carries nothing but the state, so the split into chunks cannot change a bit; chunks exist to report and to check.
 */
export async function trainSegment(run: TrainingRun): Promise<NamedTensor[]> {
  const { spec, session } = run;
  const fromStep = run.index * spec.stepsPerSegment;
  const toStep = fromStep + spec.stepsPerSegment;
  const schedule = scheduleRows(spec, run.blobs);
  let state = new Map(run.takeStartState().map((tensor) => [tensor.name, toRuntimeTensor(tensor)]));
  let chunk = FIRST_CHUNK_STEPS;
  for (let step = fromStep; step < toStep;) {
    const steps = Math.min(chunk, toStep - step);
    const started = run.now();
    const feeds = new Map(state);
    const tensors = [...trainingBatches(spec, run.blobs, step, step + steps), stepCount(steps), schedule(step, steps)];
    for (const tensor of tensors) feeds.set(tensor.name, toRuntimeTensor(tensor));
    const outputs = await session.run(feeds);
    state = nextState(state, outputs);
    run.onLosses(finiteLosses(outputs, steps, step));
    step += steps;
    chunk = nextChunk(steps, run.now() - started, tensors);
  }
  const end = inNameOrder([...state].map(([name, tensor]) => fromRuntimeTensor(name, tensor)));
  for (const tensor of end) checkFinite(tensor, run.index);
  return end;
}

/**
 * Scores a state on every held-out example: float32 [loss sum, correct, counted]. Sums run in float64 in batch order,
 * so the result is a function of the state alone. What is counted are the rows that the loss is a mean over: tokens of a
 * text, examples of other data, without those that the loss ignores.
 */
export async function evaluateState(
  spec: JobSpec,
  blobs: BlobReader,
  state: readonly NamedTensor[],
  session: GraphSession,
): Promise<Float32Array> {
  const wanted = new Set(session.inputNames);
  const parameters = state
    .filter((tensor) => wanted.has(tensor.name))
    .map((tensor) => [tensor.name, toRuntimeTensor(tensor)] as const);
  let lossSum = 0;
  let correct = 0;
  let counted = 0;
  for (let batch = 0; batch < evaluationBatchCount(spec); batch++) {
    const feeds = new Map<string, RuntimeTensor>(parameters);
    for (const tensor of evaluationBatch(spec, blobs, batch)) feeds.set(tensor.name, toRuntimeTensor(tensor));
    const outputs = await session.run(feeds);
    lossSum += floatsOf(outputs, "loss_sum")[0] ?? NaN;
    correct += floatsOf(outputs, "correct")[0] ?? NaN;
    counted += floatsOf(outputs, "counted")[0] ?? NaN;
  }
  const result = Float32Array.of(lossSum, correct, counted);
  if (!result.every(Number.isFinite))
    throw new SegmentFailure(
      "not-finite",
      "The evaluation on the held-out data gave a loss that is not a finite number.",
    );
  return result;
}

function scheduleRows(spec: JobSpec, blobs: BlobReader): (step: number, steps: number) => NamedTensor {
  const bytes = blobs(spec.schedule);
  const rowBytes = spec.scheduleWidth * 4;
  const expected = spec.stepsPerSegment * spec.segmentCount * rowBytes;
  if (bytes.byteLength !== expected)
    throw new SegmentFailure(
      "bad-blob",
      `The schedule holds ${bytes.byteLength} bytes, the job's steps need ${expected}.`,
    );
  if (exampleCount(spec.train) < 1) throw new SegmentFailure("bad-blob", "The training data holds no example.");
  return (step, steps) => ({
    name: "schedule",
    dtype: "float32",
    shape: [steps, spec.scheduleWidth],
    data: bytes.subarray(step * rowBytes, (step + steps) * rowBytes),
  });
}

function stepCount(steps: number): NamedTensor {
  return { name: "steps", dtype: "int64", shape: [], data: new Uint8Array(BigInt64Array.of(BigInt(steps)).buffer) };
}

function nextState(
  state: ReadonlyMap<string, RuntimeTensor>,
  outputs: ReadonlyMap<string, RuntimeTensor>,
): Map<string, RuntimeTensor> {
  const next = new Map<string, RuntimeTensor>();
  for (const [name, before] of state) {
    const after = outputs.get(`next.${name}`);
    if (after === undefined)
      throw new SegmentFailure("unsupported", `The segment graph has no output "next.${name}" for its state.`);
    if (after.type !== before.type || elementCount(after.dims) !== elementCount(before.dims))
      throw new SegmentFailure(
        "unsupported",
        `The segment graph changes the type or size of the state tensor "${name}".`,
      );
    next.set(name, after);
  }
  return next;
}

function finiteLosses(outputs: ReadonlyMap<string, RuntimeTensor>, steps: number, firstStep: number): Float32Array {
  const losses = floatsOf(outputs, "loss");
  if (losses.length !== steps)
    throw new SegmentFailure("unsupported", `The segment graph gave ${losses.length} losses for ${steps} steps.`);
  const bad = losses.findIndex((loss) => !Number.isFinite(loss));
  if (bad >= 0)
    throw new SegmentFailure(
      "not-finite",
      `The loss of step ${firstStep + bad} is ${losses[bad]}, not a finite number; a smaller learning rate usually helps, and labels that are no class of the model do this, too.`,
    );
  return losses;
}

function floatsOf(outputs: ReadonlyMap<string, RuntimeTensor>, name: string): Float32Array {
  const data = outputs.get(name)?.data;
  if (!(data instanceof Float32Array))
    throw new SegmentFailure("unsupported", `The graph has no float32 output "${name}".`);
  return data;
}

function checkFinite(tensor: NamedTensor, index: number): void {
  if (tensor.dtype !== "float32") return;
  const values = new Float32Array(tensor.data.buffer, tensor.data.byteOffset, tensor.data.byteLength / 4);
  for (let i = 0; i < values.length; i++)
    if (!Number.isFinite(values[i]))
      throw new SegmentFailure(
        "not-finite",
        `State tensor "${tensor.name}" holds ${values[i]} at ${i} after segment ${index}.`,
      );
}

/** Steps of the next chunk, from the pace of this one; it at most quadruples, since a first chunk also warms up. */
function nextChunk(steps: number, elapsedMs: number, fed: readonly NamedTensor[]): number {
  const byTime = Math.floor((steps * CHUNK_TARGET_MS) / Math.max(elapsedMs, 1));
  const stepBytes = fed.reduce((sum, tensor) => sum + tensor.data.byteLength, 0) / steps;
  return Math.max(1, Math.min(byTime, steps * 4, Math.floor(CHUNK_BYTES_MAX / Math.max(stepBytes, 1))));
}
