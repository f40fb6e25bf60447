import { generateKeyPairSync, sign, verify, type KeyObject } from "node:crypto";
import { describe, expect, it } from "vitest";
import { commitmentHash, commitmentMessage, genesisCommitment } from "./commitment";
import { drawKeyHash, isDrawn } from "./draw";
import { EXACT_CLASS, jobSpecHash, STANDARD_ENGINES, type EngineKind, type JobSpec } from "./job-spec";
import { checkReceipt, type Receipt } from "./receipt";

describe("a receipt", () => {
  it("of an honest job holds", async () => {
    expect(await checkReceipt(setup().receipt, setup.verify)).toEqual([]);
    expect(await checkReceipt(setup("exact", EXACT_CLASS).receipt, setup.verify)).toEqual([]);
  });

  it.each([
    ["native", EXACT_CLASS],
    ["exact", "9".repeat(64)],
  ] as const)("of a %s job with segments of class %s does not", async (engine, numericClass) => {
    const problems = await checkReceipt(setup(engine, numericClass).receipt, setup.verify);
    expect(problems).toEqual(
      [0, 1, 2].map((i) => `Segment ${i}: the claimed numeric class is not one of the ${engine} engine.`),
    );
  });

  it.each<[string, (receipt: Receipt) => void, RegExp]>([
    ["another state", (r) => void (first(r).claim.stateRoot = "f".repeat(64)), /not the hash of the claim/],
    ["another commitment", (r) => void (first(r).commitment = "f".repeat(64)), /chain is broken/],
    ["another signature", (r) => void (first(r).signature = "0".repeat(128)), /signature is wrong/],
    ["a draw that never was", (r) => void (first(r).drawn = !first(r).drawn), /does not recompute/],
    ["an audit by the worker itself", (r) => void (firstAudit(r).organisation = "Worker"), /no other organisation/],
    ["an audit whose outcome is turned", (r) => void (firstAudit(r).agrees = false), /misstated/],
    ["another draw key", (r) => void (r.drawKey = "0".repeat(64)), /draw key does not hash/],
    ["another engine", (r) => void (r.spec.engine = STANDARD_ENGINES.exact), /not one of the exact engine/],
    ["another seed", (r) => void (r.spec.seed = "1".repeat(32)), /specification does not hash/],
    ["another total", (r) => void (r.totalPaidMicros = "1"), /do not add up/],
    ["a missing segment", (r) => void r.segments.pop(), /holds 2 segments/],
  ])("with %s does not", async (_what, tamper, problem) => {
    const { receipt } = setup();
    tamper(receipt);
    expect((await checkReceipt(receipt, setup.verify)).join(" ")).toMatch(problem);
  });
});

function first(receipt: Receipt): Receipt["segments"][number] {
  const [segment] = receipt.segments;
  if (segment === undefined) throw new Error("a receipt has segments");
  return segment;
}

function firstAudit(receipt: Receipt): Receipt["segments"][number]["audits"][number] {
  const [audit] = first(receipt).audits;
  if (audit === undefined) throw new Error("the first segment is audited");
  return audit;
}

const PREFIX = Buffer.from("302a300506032b6570032100", "hex");

setup.verify = (publicKey: string, message: Uint8Array, signature: string): boolean =>
  verify(
    null,
    message,
    { key: Buffer.concat([PREFIX, Buffer.from(publicKey, "hex")]), format: "der", type: "spki" },
    Buffer.from(signature, "hex"),
  );

function setup(engine: EngineKind = "native", numericClass = "9".repeat(64)): { receipt: Receipt } {
  const worker = generateKeyPairSync("ed25519");
  const auditor = generateKeyPairSync("ed25519");
  const hash = (character: string): string => character.repeat(64);
  const split = {
    kind: "tokens" as const,
    count: 100,
    contextLength: 8,
    tokens: { name: "tokens", dtype: "uint8" as const, shape: [], blob: hash("a") },
  };
  const spec: JobSpec = {
    version: 1,
    segmentModel: hash("1"),
    evaluationModel: hash("2"),
    forwardModel: hash("3"),
    schedule: hash("4"),
    scheduleWidth: 3,
    initialState: hash("5"),
    initialStateRoot: hash("6"),
    train: split,
    heldOut: split,
    batchSize: 4,
    evaluationBatchSize: 4,
    stepsPerSegment: 10,
    segmentCount: 3,
    seed: "0".repeat(32),
    engine: STANDARD_ENGINES[engine],
  };
  const drawKey = "ab".repeat(32);
  const head = { job: "job_1", specHash: jobSpecHash(spec), drawKeyHash: drawKeyHash(drawKey) };
  let previous = genesisCommitment({ ...head, initialStateRoot: spec.initialStateRoot });
  const segments = [0, 1, 2].map((index) => {
    const claim = {
      job: head.job,
      index,
      previous,
      stateRoot: hash(String(index)),
      lossHash: hash("7"),
      evaluationHash: hash("8"),
      fromStep: index * 10,
      toStep: index * 10 + 10,
      numericClass,
    };
    const commitment = commitmentHash(claim);
    previous = commitment;
    const probability = index === 1 ? 0.05 : 1;
    const signed = (keys: { publicKey: KeyObject; privateKey: KeyObject }) => ({
      machine: keys.publicKey.export({ format: "der", type: "spki" }).subarray(-32).toString("hex"),
      signature: sign(null, commitmentMessage(commitment), keys.privateKey).toString("hex"),
    });
    const drawn = isDrawn({ drawKey, job: head.job, index, commitment, probability });
    const audit = { ...signed(auditor), organisation: "Auditor", commitment, agrees: true };
    return {
      claim,
      commitment,
      ...signed(worker),
      organisation: "Worker",
      stateBlob: hash("c"),
      drawProbabilityPpm: probability * 1_000_000,
      drawn,
      audits: drawn ? [audit] : [],
      paidMicros: "5",
    };
  });
  const tail = { trainedModel: hash("d"), totalPaidMicros: "15", issuedAt: "2026-11-23T00:00:00.000Z" };
  return { receipt: { format: "trainyard-receipt/1", name: "test", spec, drawKey, ...head, segments, ...tail } };
}
