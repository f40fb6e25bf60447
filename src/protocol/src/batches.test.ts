import { describe, expect, it } from "vitest";
import { evaluationBatch, evaluationBatchCount, trainingBatches } from "./batches";
import { dataOrder, exampleAt } from "./data-order";
import type { JobSpec } from "./job-spec";

describe("batches", () => {
  it("of rows are the examples that the data order names", () => {
    const { spec, blobs } = setup("examples");
    const [features, labels] = trainingBatches(spec, blobs, 3, 5);
    const order = dataOrder(spec.seed, 10);
    const expected = Array.from({ length: 8 }, (_, i) => exampleAt(order, 12 + i));
    expect(features).toMatchObject({ name: "data.x", shape: [2, 4, 2] });
    expect([...(features?.data ?? [])]).toEqual(expected.flatMap((e) => [2 * e, 2 * e + 1]));
    expect([...(labels?.data ?? [])]).toEqual(expected);
  });

  it("of a segment do not depend on how it is cut into runs", () => {
    const { spec, blobs } = setup("tokens");
    const whole = trainingBatches(spec, blobs, 0, 6);
    const parts = [
      trainingBatches(spec, blobs, 0, 1),
      trainingBatches(spec, blobs, 1, 4),
      trainingBatches(spec, blobs, 4, 6),
    ];
    whole.forEach((tensor, t) => expect([...tensor.data]).toEqual(parts.flatMap((part) => [...(part[t]?.data ?? [])])));
  });

  it("of tokens carry labels one token later", () => {
    const { spec, blobs } = setup("tokens");
    const [tokens, labels] = trainingBatches(spec, blobs, 0, 1);
    expect([...(labels?.data ?? [])]).toEqual([...(tokens?.data ?? [])].map((token) => token + 1));
  });

  it("for evaluation cover every held-out example once and weigh padding nothing", () => {
    const { spec, blobs } = setup("examples");
    expect(evaluationBatchCount(spec)).toBe(4);
    const all = [0, 1, 2, 3].map((b) => evaluationBatch(spec, blobs, b));
    const weights = all.flatMap((tensors) => [...new Float32Array(tensors.at(-1)?.data.buffer ?? new ArrayBuffer(0))]);
    expect(weights).toEqual([...Array<number>(10).fill(1), 0, 0]);
    expect(all.flatMap((tensors) => [...(tensors[1]?.data ?? [])])).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 0]);
  });

  it("refuse a column whose bytes are not what the manifest says", () => {
    const { spec } = setup("examples");
    expect(() => trainingBatches(spec, () => new Uint8Array(3), 0, 1)).toThrow(/manifest says/);
  });
});

function setup(kind: "examples" | "tokens"): { spec: JobSpec; blobs: (hash: string) => Uint8Array } {
  const hash = (c: string): string => c.repeat(64);
  const column = (name: string, shape: number[], c: string) => ({
    name,
    dtype: "uint8" as const,
    shape,
    blob: hash(c),
  });
  const split: JobSpec["train"] =
    kind === "examples"
      ? { kind, count: 10, features: [column("x", [2], "a")], labels: column("labels", [], "b") }
      : { kind, count: 20, contextLength: 5, tokens: column("tokens", [], "a") };
  const spec: JobSpec = {
    version: 1,
    segmentModel: hash("1"),
    evaluationModel: hash("2"),
    forwardModel: hash("3"),
    schedule: hash("4"),
    scheduleWidth: 1,
    initialState: hash("5"),
    initialStateRoot: hash("6"),
    train: split,
    heldOut: split,
    batchSize: 4,
    evaluationBatchSize: 3,
    stepsPerSegment: 2,
    segmentCount: 3,
    seed: "5".repeat(32),
    engine: { kind: "native", threads: 1, optimization: "all" },
  };
  const bytes = new Map([
    [hash("a"), Uint8Array.from({ length: 20 }, (_, i) => i)],
    [hash("b"), Uint8Array.from({ length: 10 }, (_, i) => i)],
  ]);
  return { spec, blobs: (h) => bytes.get(h) ?? new Uint8Array() };
}
