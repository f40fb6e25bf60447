import { createHash } from "node:crypto";
import { once } from "node:events";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { checkReceipt, decodeSafetensors, heldOutCount, JobSpec, Receipt } from "@trainyard/protocol";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { listMachines, verifySignature } from "@/modules/identity";
import { readBalance, trialBalance } from "@/modules/ledger";
import { openDeliverable, postJob, quoteJob, readJob, type JobView } from "@/modules/settlement";
import { buildWorker } from "../../worker/src/testing/workshop";
import { honestFinalState } from "../support/honest-run";
import { LyingWorker } from "../support/lying-worker";
import { Platform, until } from "../support/platform";

const FLOOR = 1_000_000n;
const TRAINING = { batchSize: 64, totalSteps: 480, stepsPerSegment: 60 };
const SOURCE = { kind: "template", template: "mnist-mlp" } as const;

let platform: Platform;

describe("a job between two providers", { timeout: 180_000 }, () => {
  beforeAll(buildWorker);
  afterEach(() => platform.close());

  it("is trained, audited, paid segment by segment and delivered", async () => {
    platform = await Platform.open();
    await startAll();
    const job = await platform.ended(await post());
    expect(job).toMatchObject({ state: "completed", counts: { committed: 8, verified: 8, void: 0 } });
    expect(job.counts.audited).toBeGreaterThanOrEqual(3);
    await expectEverySegmentPaidOnce(job);
    await expectHonestState(job);
    await expectReceiptHolds(job);
    await expectModelGivesAccuracy(job);
  });

  it("survives kill -9 of the leasing worker: the other finishes, every segment is paid exactly once", async () => {
    platform = await Platform.open();
    await startAll();
    const jobId = await post();
    await until("two commitments", async () => ((await job(jobId)).counts.committed >= 2 ? true : null));
    const leasing = (await job(jobId)).machines[0]?.machineName;
    const victim = leasing === "northwind-1" ? "northwind" : "fabrikam";
    platform.workers.get(victim)?.kill("SIGKILL");
    const ended = await platform.ended(jobId);
    expect(ended).toMatchObject({ state: "completed", counts: { verified: 8 } });
    const finishers = new Set(ended.segments.filter((s) => s.state === "verified").map((s) => s.machineName));
    expect([...finishers].sort()).toEqual(["fabrikam-1", "northwind-1"]);
    await expectEverySegmentPaidOnce(ended);
    await expectHonestState(ended);
  });

  it("goes on when a killed worker comes back under its own identity", async () => {
    platform = await Platform.open();
    await startAll();
    const jobId = await post();
    await until("a commitment", async () => ((await job(jobId)).counts.committed >= 1 ? true : null));
    const victim = (await job(jobId)).machines[0]?.machineName === "northwind-1" ? "northwind" : "fabrikam";
    const child = platform.workers.get(victim);
    child?.kill("SIGKILL");
    if (child) await once(child, "exit");
    platform.spawnWorker(victim, ["run", "--url", platform.gatewayUrl]);
    const ended = await platform.ended(jobId);
    expect(ended).toMatchObject({ state: "completed", counts: { verified: 8 } });
    await expectEverySegmentPaidOnce(ended);
    await expectHonestState(ended);
  });

  it("does not pay a wrong state, and still ends in the honest run's model bit for bit", async () => {
    platform = await Platform.open();
    const honest = await platform.startWorker("fabrikam", 2n * FLOOR);
    await platform.startWorker("platform", null);
    const numericClass = (await listMachines(platform.as("fabrikam"))).find((m) => m.id === honest)?.numericClass ?? "";
    const liar = await LyingWorker.start(platform, "northwind", {
      floorMicrosPerHour: 1n,
      numericClass,
      liesAtIndex: 1,
    });
    const ended = await platform.ended(await post());
    await liar.stop();
    expect(liar.committed).toContain(1);
    expect(ended).toMatchObject({ state: "completed", counts: { verified: 8 } });
    const lies = ended.segments.filter((s) => s.state === "void" && s.machineName === "liar");
    expect(lies.map((s) => s.index)).toContain(1);
    expect(lies.every((s) => s.paidAt === null)).toBe(true);
    const [machine] = await listMachines(platform.as("northwind"));
    expect(machine?.quarantineReason).toMatch(/two independent machines/);
    await expectEverySegmentPaidOnce(ended);
    await expectHonestState(ended);
  });
});

async function startAll(): Promise<void> {
  await platform.startWorker("northwind", FLOOR);
  await platform.startWorker("fabrikam", 2n * FLOOR);
  await platform.startWorker("platform", null);
}

async function post(): Promise<string> {
  const buyer = platform.as("buyer", "engineer");
  const quote = await quoteJob(buyer, { source: SOURCE, training: TRAINING });
  const limitMicros = quote.suggestedLimitMicros ?? 0n;
  const input = { source: SOURCE, training: TRAINING, name: "digits", limitMicros, idempotencyKey: "integration-test" };
  return (await postJob(buyer, input)).jobId;
}

const job = (jobId: string): Promise<JobView> => readJob(platform.as("buyer"), { jobId });

async function expectEverySegmentPaidOnce(ended: JobView): Promise<void> {
  const paid = ended.segments.filter((segment) => segment.paidAt !== null);
  expect(paid.map((segment) => segment.index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  expect(paid.reduce((sum, segment) => sum + segment.priceMicros, 0n)).toBe(ended.money.postedMicros);
  expect(ended.money.heldMicros).toBe(0n);
  const books = await trialBalance(platform.services.database.reader);
  expect(books.differences).toEqual([]);
  expect(books.assets.map((asset) => asset.totalMicros)).toEqual([0n]);
  const { availableMicros } = await readBalance(platform.as("buyer"));
  expect(availableMicros).toBe(100_000_000n - ended.money.postedMicros);
}

async function expectHonestState(ended: JobView): Promise<void> {
  const { spec } = Receipt.parse(JSON.parse(new TextDecoder().decode(await file(ended, "receipt"))));
  const checkpoint = ended.deliverables.find((d) => d.kind === "checkpoint");
  expect(checkpoint?.hash).toBe(await honestFinalState(spec, platform.services.blobs));
}

async function expectReceiptHolds(ended: JobView): Promise<void> {
  const receipt = Receipt.parse(JSON.parse(new TextDecoder().decode(await file(ended, "receipt"))));
  expect(await checkReceipt(receipt, verifySignature)).toEqual([]);
  expect(BigInt(receipt.totalPaidMicros)).toBe(ended.money.postedMicros);
}

/** Runs the downloaded model in plain ONNX Runtime over the held-out digits: the page's accuracy is the model's. */
async function expectModelGivesAccuracy(ended: JobView): Promise<void> {
  const model = await file(ended, "model");
  const state = decodeSafetensors(await file(ended, "checkpoint"));
  expect(state.length).toBeGreaterThan(6);
  const spec = JobSpec.parse(
    (JSON.parse(new TextDecoder().decode(await file(ended, "receipt"))) as { spec: unknown }).spec,
  );
  if (spec.heldOut.kind !== "examples") throw new Error("MNIST has examples");
  const images = await platform.services.blobs.get(spec.heldOut.features[0]?.blob ?? "");
  const labels = await platform.services.blobs.get(spec.heldOut.labels.blob);
  const session = await InferenceSession.create(model);
  const count = heldOutCount(spec.heldOut);
  const x = Float32Array.from(images, (value) => value / 255);
  const { logits } = await session.run({ x: new Tensor("float32", x, [count, 784]) });
  const scores = logits?.data as Float32Array;
  let correct = 0;
  for (let i = 0; i < count; i++) {
    const row = scores.subarray(i * 10, i * 10 + 10);
    if (row.indexOf(Math.max(...row)) === labels[i]) correct++;
  }
  expect(correct / count).toBeCloseTo(ended.latest?.accuracy ?? 0, 3);
  expect(createHash("sha256").update(model).digest("hex")).toBe(
    ended.deliverables.find((d) => d.kind === "model")?.hash,
  );
}

async function file(ended: JobView, kind: "checkpoint" | "model" | "receipt"): Promise<Uint8Array> {
  const { stream, bytes } = await openDeliverable(platform.as("buyer"), { jobId: ended.id, kind });
  const chunks: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
  const all = Buffer.concat(chunks);
  expect(all.byteLength).toBe(bytes);
  return new Uint8Array(all);
}
