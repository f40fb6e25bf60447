import { describe, expect, test } from "vitest";
import { resnetModel } from "../../../bench/training/resnet";
import { cnnTemplate, compileTraining, gptTemplate, mlpTemplate, type TrainingOptions } from ".";
import { trainingOptions } from "./testing/training";

const flopsOf = (forward: Uint8Array, options: Partial<TrainingOptions> & Pick<TrainingOptions, "inputs">): number =>
  compileTraining(forward, trainingOptions(options)).report.flopsPerStep;

/** Operations of a product of [m, k] and [k, n], one multiplication and one addition each. */
const product = (m: number, k: number, n: number): number => 2 * m * k * n;
const images = [{ input: "x", dtype: "uint8" as const, scale: 1 / 255 }];
const tokens = [{ input: "tokens", dtype: "uint8" as const }];

/** Hand counts: forward, gradient of the weights, and gradient of the input where it is not data. */
describe("operations of a training step, next to a count by hand", () => {
  test("of the dense classifier", () => {
    const forward = mlpTemplate({ inputSize: 784, hiddenSizes: [256, 128], classCount: 10, seed: 1 });
    const hand = 2 * product(128, 784, 256) + 3 * (product(128, 256, 128) + product(128, 128, 10));
    expect(flopsOf(forward, { inputs: images, batchSize: 128 }) / hand).toBeCloseTo(1, 2);
  });

  test("of the convolutional classifier", () => {
    const forward = cnnTemplate({ channels: 1, height: 28, width: 28, classCount: 10, seed: 1 });
    const first = product(64 * 14 * 14, 25, 16);
    const rest = product(64 * 7 * 7, 16 * 9, 32) + product(64, 32 * 7 * 7, 128) + product(64, 128, 10);
    expect(flopsOf(forward, { inputs: images, batchSize: 64 }) / (2 * first + 3 * rest)).toBeCloseTo(1, 2);
  });

  test("of a residual network, whose convolutions are done in fewer", () => {
    const batch = 4;
    const layer = (stage: number, from: number, kernel: number): number =>
      product(batch * (32 / 2 ** stage) ** 2, from * kernel ** 2, 64 * 2 ** stage);
    const stages = [1, 2, 3].map((stage) => {
      const width = 64 * 2 ** stage;
      return layer(stage, width / 2, 3) + layer(stage, width / 2, 1) + 3 * layer(stage, width, 3);
    });
    const rest = 4 * layer(0, 64, 3) + stages.reduce((sum, flops) => sum + flops, 0) + product(batch, 512, 10);
    const forward = resnetModel({ side: 32, classCount: 10, seed: 1 });
    expect(flopsOf(forward, { inputs: images, batchSize: batch }) / (2 * layer(0, 3, 3) + 3 * rest)).toBeCloseTo(1, 2);
  });

  test("of the transformer: 6 per weight and token, 12 per channel and pair of tokens in attention", () => {
    const [batch, length, size, layers, vocabulary] = [16, 64, 96, 3, 96];
    const forward = gptTemplate({
      vocabularySize: vocabulary,
      contextLength: length,
      embeddingSize: size,
      layerCount: layers,
      headCount: 4,
      seed: 1,
    });
    const weights = layers * 12 * size ** 2 + vocabulary * size;
    const hand = batch * length * (6 * weights + 12 * layers * size * length);
    expect(flopsOf(forward, { inputs: tokens, batchSize: batch }) / hand).toBeCloseTo(1, 2);
  });

  test("parts of a batch add up to the batch", () => {
    const forward = mlpTemplate({ inputSize: 16, hiddenSizes: [8], classCount: 4, seed: 1 });
    const whole = flopsOf(forward, { inputs: images, batchSize: 8 });
    expect(flopsOf(forward, { inputs: images, batchSize: 8, accumulationSteps: 4 })).toBe(whole);
  });
});
