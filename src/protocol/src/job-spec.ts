import { z } from "zod";
import { canonicalJson } from "./canonical";
import { sha256Hex } from "./hash";

/** Lower-case hex SHA-256: the address of a blob or the value of a root. */
export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, "must be 64 lower-case hex digits");
export const RowDataType = z.enum(["uint8", "int32", "int64", "float32"]);
export type RowDataType = z.infer<typeof RowDataType>;
const Count = z
  .int()
  .min(1)
  .max(2 ** 40);

/** One column of a dataset: `count` rows of `shape`, raw little-endian, in one blob. */
export const DatasetColumn = z.strictObject({
  name: z.string().min(1).max(200),
  dtype: RowDataType,
  shape: z
    .array(
      z
        .int()
        .min(1)
        .max(2 ** 31),
    )
    .max(8),
  blob: Sha256,
});
export type DatasetColumn = z.infer<typeof DatasetColumn>;

/**
 * One split of a dataset. `examples`: rows of features with a label each. `tokens`: one long token stream; example i is
 * the window [i, i + contextLength) and its labels are the window one token later.
 */
export const DatasetSplit = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("examples"),
    count: Count,
    features: z.array(DatasetColumn).min(1).max(16),
    labels: DatasetColumn,
  }),
  z.strictObject({
    kind: z.literal("tokens"),
    count: Count,
    tokens: DatasetColumn,
    contextLength: z.int().min(1).max(65_536),
  }),
]);
export type DatasetSplit = z.infer<typeof DatasetSplit>;

/**
 * What decides the bits of a job. `native`: float32 kernels as they come, so that `threads` and `optimization` decide bits
 * and belong to the job, not to the machine. `exact`: a graph whose every sum is a sum of integers (of this many slices in a
 * product) gives the same bits under any settings, so a worker chooses them.
 */
export const EngineSettings = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("native"),
    threads: z.int().min(1).max(64),
    optimization: z.enum(["disabled", "basic", "extended", "all"]),
  }),
  z.strictObject({ kind: z.literal("exact"), slices: z.literal([1, 2]) }),
]);
export type EngineSettings = z.infer<typeof EngineSettings>;

export const EngineKind = z.enum(["native", "exact"]);
export type EngineKind = z.infer<typeof EngineKind>;

/**
 * The settings that jobs of each engine pin. Machines measure their numeric class under the native ones, and both sides must
 * use this one value: a class measured under other settings would never match a segment's.
 */
export const STANDARD_ENGINES = {
  native: { kind: "native", threads: 1, optimization: "all" },
  exact: { kind: "exact", slices: 2 },
} as const satisfies Record<EngineKind, EngineSettings>;

/**
 * The numeric class of every segment of an exact job, whichever machine ran it: SHA-256 over what the worker's exact probe
 * gives on every machine that may run such jobs.
 */
export const EXACT_CLASS = "116f8cba87dc0c4eaf0305e78bd2eed52b4a4e48f91d13ec723d11417f3284f9";

/** Whether a segment of a job may claim a numeric class: the exact one belongs to exact jobs, and they to it. */
export function isClassOf(engine: EngineSettings, numericClass: string): boolean {
  return (numericClass === EXACT_CLASS) === (engine.kind === "exact");
}

/** The whole job as data: from it and its blobs anyone can replay any segment. */
export const JobSpec = z.strictObject({
  version: z.literal(1),
  segmentModel: Sha256,
  evaluationModel: Sha256,
  forwardModel: Sha256,
  schedule: Sha256,
  scheduleWidth: z.int().min(1).max(64),
  initialState: Sha256,
  initialStateRoot: Sha256,
  train: DatasetSplit,
  heldOut: DatasetSplit,
  batchSize: z.int().min(1).max(65_536),
  evaluationBatchSize: z.int().min(1).max(65_536),
  stepsPerSegment: z.int().min(1).max(100_000),
  segmentCount: z.int().min(1).max(100_000),
  seed: z.string().regex(/^[0-9a-f]{32}$/),
  engine: EngineSettings,
});
export type JobSpec = z.infer<typeof JobSpec>;

/** Hash of a job's specification: what the whole commitment chain stands on. */
export function jobSpecHash(spec: JobSpec): string {
  return sha256Hex(`trainyard/job-spec/v1\n${canonicalJson(spec)}`);
}

/** Examples a split yields: rows, or windows that still have a following token. */
export function exampleCount(split: DatasetSplit): number {
  return split.kind === "examples" ? split.count : split.count - split.contextLength;
}

/** Every blob a worker needs beside the start state, each once. */
export function jobBlobs(spec: JobSpec): string[] {
  const columns = [spec.train, spec.heldOut].flatMap((split) =>
    split.kind === "examples" ? [...split.features, split.labels] : [split.tokens],
  );
  return [
    ...new Set([spec.segmentModel, spec.evaluationModel, spec.schedule, ...columns.map((column) => column.blob)]),
  ];
}
