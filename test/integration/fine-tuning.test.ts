import { decodeSafetensors, encodeSafetensors, inNameOrder, type NamedTensor } from "@trainyard/protocol";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addDataset, type PlanInput } from "@/modules/jobs";
import { openDeliverable, postJob, quoteJob, type JobView } from "@/modules/settlement";
import { readModel } from "../../src/graph/src/onnx/read";
import { readVector } from "../../src/graph/src/testing/read-vector";
import { buildWorker } from "../../worker/src/testing/workshop";
import { digitsFile, renamedDigits, scoreOf, scoreOnDigits } from "../support/digits";
import { Platform } from "../support/platform";

const FLOOR = 1_000_000n;
/** The buyer's own task: digits under other names, which the model they start from gets wrong. */
const TRAIN = renamedDigits("train", 2_000, 3);
const HELD_OUT = renamedDigits("t10k", 500, 3);
const TRAINING = { batchSize: 32, totalSteps: 120, stepsPerSegment: 60, learningRate: 0.01, warmupSteps: 10 };

let platform: Platform;
let trained: Uint8Array;
let source: PlanInput["source"];

describe("fine-tuning", { timeout: 180_000 }, () => {
  beforeAll(async () => {
    buildWorker();
    platform = await Platform.open();
    await platform.startWorker("northwind", FLOOR);
    await platform.startWorker("platform", null);
    const first = { source: { kind: "template", template: "mnist-mlp" }, training: TRAINING } as const;
    trained = await file(await finished(first), "model");
    source = await ownModel(trained, digitsFile(TRAIN, HELD_OUT));
  }, 180_000);
  afterAll(() => platform.close());

  it("by adapters changes only the weights they stand beside", async () => {
    const targets = ["layer1.weight", "layer2.weight"];
    const job = await finished({
      source,
      training: { ...TRAINING, weights: { kind: "lora", targets, rank: 8, alpha: 16 } },
    });
    await expectBetterModel(job);
    expect(changedWeights(await file(job, "model"))).toEqual(targets);
    const checkpoint = decodeSafetensors(await file(job, "checkpoint")).map(({ name }) => name);
    expect(checkpoint).toEqual(expect.arrayContaining(["lora.a.layer1.weight", "lora.b.layer1.weight", "lora.scale"]));
    expect(checkpoint).not.toContain("layer1.weight");
  });

  it("of a frozen backbone leaves it byte for byte as it was", async () => {
    const patterns = ["layer0.*", "layer1.*"];
    const job = await finished({ source, training: { ...TRAINING, weights: { kind: "frozen", patterns } } });
    await expectBetterModel(job);
    expect(changedWeights(await file(job, "model"))).toEqual(["layer2.bias", "layer2.weight"]);
    const checkpoint = decodeSafetensors(await file(job, "checkpoint")).map(({ name }) => name);
    expect(checkpoint.filter((name) => /layer[01]/.test(name))).toEqual([]);
  });

  it("of a PyTorch model with every choice delivers its average in evaluation mode", async () => {
    const heldOut = colours(40, 2);
    const columns = [...columnsOf("", colours(128, 1)), ...columnsOf("test.", heldOut)];
    const own = await ownModel(readVector("shufflenet_v2_x0_5"), encodeSafetensors(inNameOrder(columns)));
    const job = await finished({
      source: own,
      training: {
        ...{ optimizer: "sgd", momentum: 0.9, learningRate: 0.05, weightDecay: 1e-4, weightDecayOn: "matrices" },
        ...{ clipNorm: 20, averageDecay: 0.8, accumulationSteps: 2, labelSmoothing: 0.05 },
        ...{ batchSize: 16, totalSteps: 32, stepsPerSegment: 16, warmupSteps: 4 },
      },
    });
    const session = await InferenceSession.create(await file(job, "model"));
    const logits = async (images: Uint8Array): Promise<Float32Array> => {
      const x = Float32Array.from(images, (value) => value / 255);
      const outputs = await session.run({ x: new Tensor("float32", x, [images.length / IMAGE, 3, SIZE, SIZE]) });
      return outputs["logits"]?.data as Float32Array;
    };
    const all = await logits(heldOut.images);
    const score = scoreOf(all, heldOut.labels);
    expect(score.accuracy).toBeCloseTo(job.latest?.accuracy ?? Number.NaN, 5);
    expect(score.loss).toBeCloseTo(job.latest?.loss ?? Number.NaN, 3);
    expect(score.accuracy).toBeGreaterThan(0.8);
    // In training mode the other examples of a batch would change what one example gives.
    const alone = await logits(heldOut.images.subarray(0, IMAGE));
    for (const [i, value] of alone.entries()) expect(value).toBeCloseTo(all[i] ?? Number.NaN, 3);
    await session.release();
  });
});

/** Posts a job at the suggested limit and waits until it is verified and paid. */
async function finished(plan: PlanInput): Promise<JobView> {
  const buyer = platform.as("buyer", "engineer");
  const { suggestedLimitMicros } = await quoteJob(buyer, plan);
  const terms = { name: "fine-tuning", limitMicros: suggestedLimitMicros ?? 0n, idempotencyKey: crypto.randomUUID() };
  const job = await platform.ended((await postJob(buyer, { ...plan, ...terms })).jobId);
  expect(job).toMatchObject({ state: "completed", endReason: null, counts: { verified: 2, void: 0 } });
  expect(job.counts.audited).toBeGreaterThanOrEqual(1);
  expect(job.segments.every(({ paidAt }) => paidAt !== null)).toBe(true);
  expect(job.segments.reduce((sum, { priceMicros }) => sum + priceMicros, 0n)).toBe(job.money.postedMicros);
  return job;
}

/** Uploads a model and a dataset as the buyer's page does. */
async function ownModel(model: Uint8Array, dataset: Uint8Array): Promise<PlanInput["source"]> {
  const { blobs } = platform.services;
  const asked = { name: "own", blob: await blobs.put(dataset), format: "safetensors" } as const;
  const { id } = await addDataset(platform.as("buyer", "engineer"), asked);
  return {
    ...{ kind: "model", modelBlob: await blobs.put(model), datasetId: id, loss: "crossEntropy" },
    inputScale: 1 / 255,
  };
}

/** The downloaded model is as good as the page says, and better than the one it started from. */
async function expectBetterModel(job: JobView): Promise<void> {
  const before = await scoreOnDigits(trained, HELD_OUT);
  const after = await scoreOnDigits(await file(job, "model"), HELD_OUT);
  expect(after.loss).toBeCloseTo(job.latest?.loss ?? Number.NaN, 4);
  expect(after.accuracy).toBeCloseTo(job.latest?.accuracy ?? Number.NaN, 5);
  expect(before.accuracy).toBeLessThan(0.2);
  expect(after.accuracy).toBeGreaterThan(0.6);
  expect(after.loss).toBeLessThan(before.loss / 2);
}

/** Names of the weights that a delivered model does not share byte for byte with the one it started from. */
function changedWeights(delivered: Uint8Array): string[] {
  const [before, after] = [readModel(trained).initializers, readModel(delivered).initializers];
  expect([...after.keys()]).toEqual([...before.keys()]);
  const bytes = (values: ArrayBufferView): Buffer => Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  const same = (name: string): boolean => {
    const [old, now] = [before.get(name), after.get(name)];
    return old !== undefined && now !== undefined && bytes(old.data).equals(bytes(now.data));
  };
  return [...before.keys()].filter((name) => !same(name)).sort();
}

async function file(job: JobView, kind: "checkpoint" | "model"): Promise<Uint8Array> {
  const { stream } = await openDeliverable(platform.as("buyer"), { jobId: job.id, kind });
  const chunks: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
  return new Uint8Array(Buffer.concat(chunks));
}

const SIZE = 64;
const IMAGE = 3 * SIZE * SIZE;

/** Speckled images in which one of three colours is strong: its number is the label. */
function colours(count: number, seed: number): { images: Uint8Array; labels: Uint8Array } {
  const labels = Uint8Array.from({ length: count }, (_, i) => i % 3);
  const images = Uint8Array.from({ length: count * IMAGE }, (_, at) => {
    const [image, channel] = [Math.floor(at / IMAGE), Math.floor((at % IMAGE) / (SIZE * SIZE))];
    const speckle = (Math.imul(at + 1, 2_654_435_761 * seed) >>> 24) % 100;
    return speckle + (channel === labels[image] ? 150 : 20);
  });
  return { images, labels };
}

function columnsOf(prefix: string, { images, labels }: ReturnType<typeof colours>): NamedTensor[] {
  return [
    { name: `${prefix}x`, dtype: "uint8", shape: [labels.length, 3, SIZE, SIZE], data: images },
    { name: `${prefix}labels`, dtype: "uint8", shape: [labels.length], data: labels },
  ];
}
