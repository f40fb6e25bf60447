import { describe, expect, test } from "vitest";
import { compileTraining, deliverModel } from ".";
import { Builder } from "./builder";
import { chance } from "./chance";
import { int, ints } from "./ir";
import { writeModel } from "./onnx/write";
import { runEvaluation, runModel, runTraining, tensorsOf, type FedRows } from "./testing/run-training";
import { attribute, floatAttribute, handMade, node, port, tensor } from "./testing/model-writer";
import { noise } from "./testing/runtime";
import { trainingOptions } from "./testing/training";

const STEPS = 5;
const BATCH = 4;
const CHANNELS = 3;
const weights = (name: string, shape: readonly number[], seed: number) =>
  tensor(
    name,
    shape,
    noise(
      shape.reduce((a, b) => a * b, 1),
      seed,
    ),
  );

/** Conv -> BatchNormalization in training mode -> Relu -> flatten -> Dropout in training mode -> Gemm, as PyTorch exports it. */
function forwardModel(ratio: number): Uint8Array {
  return handMade({
    inputs: [port("x", ["batch", 1, 4, 4])],
    outputs: [port("logits", ["batch", 2])],
    initializers: [
      weights("conv.weight", [CHANNELS, 1, 3, 3], 1),
      tensor("bn.weight", [CHANNELS], [1, 1, 1]),
      tensor("bn.bias", [CHANNELS], [0, 0, 0]),
      tensor("bn.running_mean", [CHANNELS], [0, 0, 0]),
      tensor("bn.running_var", [CHANNELS], [1, 1, 1]),
      weights("fc.weight", [2, CHANNELS * 4], 2),
      tensor("fc.bias", [2], [0, 0]),
      tensor("ratio", [], [ratio]),
      tensor("training", [], [1], "bool"),
    ],
    nodes: [
      node("Conv", ["x", "conv.weight"], ["c"], { attributes: [attribute("kernel_shape", ints([3, 3]))] }),
      node(
        "BatchNormalization",
        ["c", "bn.weight", "bn.bias", "bn.running_mean", "bn.running_var"],
        ["n", "mean.out", "var.out"],
        {
          attributes: [
            floatAttribute("momentum", 0.9),
            floatAttribute("epsilon", 1e-5),
            attribute("training_mode", int(1)),
          ],
        },
      ),
      node("Relu", ["n"], ["r"]),
      node("Flatten", ["r"], ["f"]),
      node("Dropout", ["f", "ratio", "training"], ["d", "mask"]),
      node("Gemm", ["d", "fc.weight", "fc.bias"], ["logits"], { attributes: [attribute("transB", int(1))] }),
    ],
  });
}

const images = noise(STEPS * BATCH * 16, 3).map(Math.fround);
const fed = {
  "data.x": { dtype: "float32", shape: [STEPS, BATCH, 1, 4, 4], data: images },
  labels: {
    dtype: "uint8",
    shape: [STEPS, BATCH],
    data: Array.from({ length: STEPS * BATCH }, (_, i) => (i * 3) % 2),
  },
} satisfies Record<string, FedRows>;
const options = trainingOptions({
  inputs: [{ input: "x", dtype: "float32" }],
  batchSize: BATCH,
  totalSteps: STEPS,
  evaluationBatchSize: BATCH,
});

describe("batch normalisation in training", () => {
  const forward = forwardModel(0);
  const compiled = compileTraining(forward, options);

  test("carries running statistics in the state and trains scale and bias", () => {
    expect(compiled.parameterNames).toEqual(["bn.bias", "bn.weight", "conv.weight", "fc.bias", "fc.weight"]);
    const names = compiled.initialState.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["bn.running_mean", "bn.running_var"]));
    expect(names).not.toContain("adam.m.bn.running_mean");
  });

  test("moves them by the momentum of ONNX with the population variance", async () => {
    const { state } = await runTraining(compiled, fed, [1]);
    const first = (
      await runModel(convolutionAlone(), {
        x: { dtype: "float32", shape: [BATCH, 1, 4, 4], data: images.slice(0, BATCH * 16) },
      })
    ).get("c");
    for (let channel = 0; channel < CHANNELS; channel++) {
      const values = Array.from(first ?? []).filter((_, i) => Math.floor(i / 4) % CHANNELS === channel);
      const mean = values.reduce((a, b) => a + b, 0) / values.length;
      const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length;
      expect(state.get("bn.running_mean")?.[channel]).toBeCloseTo(0.1 * mean, 5);
      expect(state.get("bn.running_var")?.[channel]).toBeCloseTo(0.9 + 0.1 * variance, 5);
    }
  });

  test("is delivered in evaluation mode with the running statistics, and computes what was evaluated", async () => {
    const { state } = await runTraining(compiled, fed, [STEPS]);
    const rows = { dtype: "float32" as const, shape: [BATCH, 1, 4, 4], data: images.slice(0, BATCH * 16) };
    const labels = { dtype: "uint8" as const, shape: [BATCH], data: [0, 1, 0, 1] };
    const { lossSum } = await runEvaluation(compiled, state, { "data.x": rows, labels }, [1, 1, 1, 1]);
    const delivered = deliverModel(forward, tensorsOf(compiled, state));
    const logits = (await runModel(delivered, { x: rows })).get("logits") ?? new Float32Array();
    const loss = [0, 1, 2, 3].reduce((sum, i) => {
      const [a = 0, c = 0] = logits.subarray(2 * i, 2 * i + 2);
      return sum + Math.log(Math.exp(a) + Math.exp(c)) - (i % 2 === 0 ? a : c);
    }, 0);
    expect(lossSum).toBeCloseTo(loss, 4);
  });

  test("with frozen statistics normalises as in evaluation", async () => {
    const frozen = compileTraining(forward, { ...options, frozen: ["bn.running_*"] });
    expect(frozen.initialState.map(({ name }) => name)).not.toContain("bn.running_mean");
    expect((await runTraining(frozen, fed, [STEPS])).losses.every(Number.isFinite)).toBe(true);
  });

  test("goes through the parts of a batch one after the other", async () => {
    const parts = compileTraining(forward, { ...options, accumulationSteps: 2 });
    const { state, losses } = await runTraining(parts, fed, [STEPS]);
    expect(losses.every(Number.isFinite)).toBe(true);
    expect(state.get("bn.running_var")?.every((v) => Number.isFinite(v) && v > 0 && v !== 1)).toBe(true);
  });
});

function convolutionAlone(): Uint8Array {
  return handMade({
    inputs: [port("x", ["batch", 1, 4, 4])],
    outputs: [port("c", ["batch", CHANNELS, 2, 2])],
    initializers: [weights("conv.weight", [CHANNELS, 1, 3, 3], 1)],
    nodes: [node("Conv", ["x", "conv.weight"], ["c"], { attributes: [attribute("kernel_shape", ints([3, 3]))] })],
  });
}

describe("dropout in training", () => {
  const compiled = compileTraining(forwardModel(0.5), { ...options, seed: 7 });

  test("gives the same bits however the steps are split, and others under another seed", async () => {
    const [whole, parts] = [await runTraining(compiled, fed, [STEPS]), await runTraining(compiled, fed, [2, 3])];
    expect(parts).toEqual(whole);
    const other = compileTraining(forwardModel(0.5), { ...options, seed: 8 });
    expect((await runTraining(other, fed, [STEPS])).losses).not.toEqual(whole.losses);
  });

  test("does nothing in evaluation and in the delivered model", async () => {
    const still = compileTraining(forwardModel(0), options);
    const state = new Map(compiled.initialState.map(({ name, data }) => [name, new Float32Array(data.slice().buffer)]));
    const rows = {
      "data.x": { dtype: "float32" as const, shape: [BATCH, 1, 4, 4], data: images.slice(0, BATCH * 16) },
      labels: { dtype: "uint8" as const, shape: [BATCH], data: [0, 1, 0, 1] },
    };
    const scores = await Promise.all([compiled, still].map((each) => runEvaluation(each, state, rows, [1, 1, 1, 1])));
    expect(scores[0]).toEqual(scores[1]);
    const delivered = deliverModel(forwardModel(0.5), tensorsOf(compiled, state));
    const twice = await Promise.all([1, 2].map(() => runModel(delivered, { x: rows["data.x"] })));
    expect(twice[0]).toEqual(twice[1]);
  });
});

describe("chance", () => {
  async function drawn(keys: readonly number[], count: number, probability: number): Promise<number[][]> {
    const b = new Builder();
    const key = b.input("key", "uint32", []);
    b.graph.outputs = [0, 1].map((stream) => b.cast(chance(b, key, stream, [count], probability), "float32"));
    const model = writeModel(b.graph);
    const runs: number[][] = [];
    for (const each of keys) {
      const results = await runModel(model, { key: { dtype: "uint32", shape: [], data: [each] } });
      for (const { name } of b.graph.outputs) runs.push(Array.from(results.get(name) ?? []));
    }
    return runs;
  }

  test("hits the probability, and looks independent between neighbours, streams and steps", async () => {
    const count = 100_001;
    const probability = 0.3;
    const runs = await drawn([0, 1, 2, 1_000_003], count, probability);
    const share = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
    const spread = Math.sqrt((probability * (1 - probability)) / count);
    for (const run of runs) {
      expect(run.length).toBe(count);
      expect(Math.abs(share(run) - probability)).toBeLessThan(5 * spread);
      for (const lag of [1, 2, 64, 4096, 50_000])
        expect(Math.abs(correlation(run, [...run.slice(lag), ...run.slice(0, lag)], probability))).toBeLessThan(0.02);
    }
    runs.forEach((a, i) =>
      runs.slice(i + 1).forEach((b) => expect(Math.abs(correlation(a, b, probability))).toBeLessThan(0.02)),
    );
  });
});

function correlation(a: readonly number[], b: readonly number[], p: number): number {
  return a.reduce((sum, x, i) => sum + (x - p) * ((b[i] ?? 0) - p), 0) / a.length / (p * (1 - p));
}
