import { dataOrder, exampleAt } from "./data-order";
import { exampleCount, type DatasetColumn, type DatasetSplit, type JobSpec } from "./job-spec";
import { elementBytes, elementCount, type NamedTensor } from "./tensors";

/** Reads a blob that the caller holds in memory or has mapped; bytes are checked against the column's size. */
export type BlobReader = (hash: string) => Uint8Array;

/** Tensors for steps [from, to) of a job: "data.<input>" and "labels", each [to - from, batchSize, ...]. */
export function trainingBatches(spec: JobSpec, blobs: BlobReader, fromStep: number, toStep: number): NamedTensor[] {
  const order = dataOrder(spec.seed, exampleCount(spec.train));
  const first = fromStep * spec.batchSize;
  const indices = Array.from({ length: (toStep - fromStep) * spec.batchSize }, (_, i) => exampleAt(order, first + i));
  return gatherExamples(spec.train, blobs, indices, [toStep - fromStep, spec.batchSize]);
}

/** One batch of held-out examples in stored order; rows past the end repeat row 0 and weigh 0 in `weight` [E]. */
export function evaluationBatch(spec: JobSpec, blobs: BlobReader, batch: number): NamedTensor[] {
  const size = spec.evaluationBatchSize;
  const count = heldOutCount(spec.heldOut);
  const weight = new Float32Array(size);
  const indices = Array.from({ length: size }, (_, i) => {
    const at = batch * size + i;
    weight[i] = at < count ? 1 : 0;
    return at < count ? heldOutIndex(spec.heldOut, at) : 0;
  });
  const data = gatherExamples(spec.heldOut, blobs, indices, [size]);
  return [...data, { name: "example_weight", dtype: "float32", shape: [size], data: new Uint8Array(weight.buffer) }];
}

/** Held-out batches in a full evaluation. */
export function evaluationBatchCount(spec: JobSpec): number {
  return Math.ceil(heldOutCount(spec.heldOut) / spec.evaluationBatchSize);
}

/** Held-out examples: every row, or for a token stream its disjoint windows, so that no token is scored twice. */
export function heldOutCount(split: DatasetSplit): number {
  return split.kind === "examples" ? split.count : Math.floor(exampleCount(split) / split.contextLength);
}

function heldOutIndex(split: DatasetSplit, at: number): number {
  return split.kind === "examples" ? at : at * split.contextLength;
}

function gatherExamples(
  split: DatasetSplit,
  blobs: BlobReader,
  indices: readonly number[],
  lead: number[],
): NamedTensor[] {
  if (split.kind === "examples") {
    const columns = [...split.features.map((f) => [`data.${f.name}`, f] as const), ["labels", split.labels] as const];
    return columns.map(([name, column]) =>
      gatherRows(name, column, columnBytes(column, split.count, blobs), indices, lead),
    );
  }
  const { tokens, contextLength } = split;
  const bytes = columnBytes(tokens, split.count, blobs);
  return [
    gatherWindows(`data.${tokens.name}`, tokens, bytes, indices, contextLength, 0, lead),
    gatherWindows("labels", tokens, bytes, indices, contextLength, 1, lead),
  ];
}

function columnBytes(column: DatasetColumn, count: number, blobs: BlobReader): Uint8Array {
  const bytes = blobs(column.blob);
  const expected = count * elementCount(column.shape) * elementBytes(column.dtype);
  if (bytes.byteLength !== expected)
    throw new RangeError(`Column "${column.name}" holds ${bytes.byteLength} bytes, its manifest says ${expected}.`);
  return bytes;
}

function gatherRows(
  name: string,
  column: DatasetColumn,
  bytes: Uint8Array,
  indices: readonly number[],
  lead: number[],
): NamedTensor {
  const rowBytes = elementCount(column.shape) * elementBytes(column.dtype);
  const data = new Uint8Array(indices.length * rowBytes);
  indices.forEach((index, i) => data.set(bytes.subarray(index * rowBytes, (index + 1) * rowBytes), i * rowBytes));
  return { name, dtype: column.dtype, shape: [...lead, ...column.shape], data };
}

function gatherWindows(
  name: string,
  column: DatasetColumn,
  bytes: Uint8Array,
  indices: readonly number[],
  length: number,
  shift: number,
  lead: number[],
): NamedTensor {
  const width = elementBytes(column.dtype);
  const data = new Uint8Array(indices.length * length * width);
  indices.forEach((index, i) => {
    const start = (index + shift) * width;
    data.set(bytes.subarray(start, start + length * width), i * length * width);
  });
  return { name, dtype: column.dtype, shape: [...lead, length], data };
}
