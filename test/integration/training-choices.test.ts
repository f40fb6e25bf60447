import { cnnTemplate, gptTemplate, mlpTemplate } from "@trainyard/graph";
import { encodeSafetensors, inNameOrder, type NamedTensor } from "@trainyard/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addDataset, type JobSource, type PlanInput } from "@/modules/jobs";
import { quoteJob, type Quote } from "@/modules/settlement";
import { Platform } from "../support/platform";

type Own = Extract<JobSource, { kind: "model" }>;
type Weights = NonNullable<NonNullable<PlanInput["training"]>["weights"]>;

const CONVOLUTIONAL = cnnTemplate({ channels: 1, height: 28, width: 28, classCount: 10, seed: 1 });
const REGRESSION = mlpTemplate({ inputSize: 4, hiddenSizes: [8], classCount: 1, seed: 1 });
const LANGUAGE = gptTemplate({
  ...{ vocabularySize: 96, contextLength: 16, embeddingSize: 16, layerCount: 1, headCount: 2, seed: 1 },
});

let platform: Platform;
let digits: Own;
let numbers: Own;
let text: Own;

describe("a quote", { timeout: 60_000 }, () => {
  beforeAll(async () => {
    platform = await Platform.open({ tasks: false });
    digits = await own(CONVOLUTIONAL, "dts_mnist", "crossEntropy");
    numbers = await own(REGRESSION, await regressionData(), "meanSquaredError");
    text = await own(LANGUAGE, "dts_moby_dick", "nextToken");
  }, 60_000);
  afterAll(() => platform.close());

  it.each<[string, Weights, string, RegExp]>([
    [
      "frozen weights that no name fits",
      frozen("backbone.*"),
      "graph/weight-pattern",
      /"backbone\.\*".*fits no weight/,
    ],
    ["frozen weights that are all there is", frozen("*"), "graph/no-parameters", /Every weight .* is frozen/],
    ["adapters that no name fits", adapters("attention.*"), "graph/weight-pattern", /"attention\.\*".*fits no weight/],
    ["an adapter beside a convolution", adapters("conv0.weight"), "graph/lora-target", /"conv0\.weight".*takes no/],
    ["an adapter wider than its weight", adapters("dense1.weight", 11), "graph/lora-target", /rank 11 .*"dense1/],
  ])("refuses %s and says which", async (_what, weights, code, message) => {
    const refused = quote(digits, { weights });
    await expect(refused).rejects.toMatchObject({ code, message: expect.stringMatching(message) as string });
  });

  it("refuses parts that do not divide the batch", async () => {
    const refused = quote(digits, { batchSize: 64, accumulationSteps: 3 });
    await expect(refused).rejects.toMatchObject({
      message: expect.stringContaining("divisor of the batch size 64") as string,
    });
  });

  it("of a short run leaves most of it after the warm-up, unless that is chosen", async () => {
    const short = { totalSteps: 40, stepsPerSegment: 20 };
    expect((await quote(digits, short)).training.warmupSteps).toBe(4);
    expect((await quote(digits, { ...short, warmupSteps: 30 })).training.warmupSteps).toBe(30);
  });

  it("of numbers is the same with label smoothing, which only classes have", async () => {
    const [plain, smoothed] = [await quote(numbers, {}), await quote(numbers, { labelSmoothing: 0.2 })];
    expect(smoothed.flopsTotal).toBe(plain.flopsTotal);
    expect(smoothed.loss).toBe("meanSquaredError");
  });

  it("of a text is the same for next token and cross-entropy: its labels are the next tokens already", async () => {
    const asked = await quote(text, {});
    expect(asked.loss).toBe("nextToken");
    expect(asked.flopsTotal).toBe((await quote({ ...text, loss: "crossEntropy" }, {})).flopsTotal);
  });

  it("of adapters or a frozen backbone asks for less state than of everything", async () => {
    const all = await quote(digits, {});
    const adapted = await quote(digits, { weights: adapters("dense0.weight") });
    const head = await quote(digits, { weights: frozen("conv*", "dense0.*") });
    expect(adapted.report.stateBytes).toBeLessThan(all.report.stateBytes / 10);
    expect(head.report.stateBytes).toBeLessThan(all.report.stateBytes / 10);
    expect(head.flopsTotal).toBeLessThan(all.flopsTotal);
  });
});

const frozen = (...patterns: string[]): Weights => ({ kind: "frozen", patterns });
const adapters = (target: string, rank = 8): Weights => ({ kind: "lora", targets: [target], rank, alpha: 16 });

const quote = (source: Own, training: NonNullable<PlanInput["training"]>): Promise<Quote> =>
  quoteJob(platform.as("buyer", "engineer"), { source, training });

async function own(model: Uint8Array, datasetId: string, loss: Own["loss"]): Promise<Own> {
  return { kind: "model", modelBlob: await platform.services.blobs.put(model), datasetId, loss };
}

/** A hundred rows of four numbers, and one to be told from them. */
async function regressionData(): Promise<string> {
  const values = (count: number): Uint8Array =>
    new Uint8Array(Float32Array.from({ length: count }, (_, i) => Math.sin(i)).buffer);
  const tensors: NamedTensor[] = [
    { name: "x", dtype: "float32", shape: [100, 4], data: values(400) },
    { name: "labels", dtype: "float32", shape: [100, 1], data: values(100) },
  ];
  const blob = await platform.services.blobs.put(encodeSafetensors(inNameOrder(tensors)));
  return (await addDataset(platform.as("buyer", "engineer"), { name: "numbers", blob, format: "safetensors" })).id;
}
