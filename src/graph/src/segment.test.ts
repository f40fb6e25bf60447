import { InferenceSession, Tensor as RuntimeTensor } from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import {
  compileTraining,
  deliverModel,
  GraphRefusal,
  mlpTemplate,
  type CompiledTraining,
  type Tensor,
  type TrainingOptions,
} from ".";
import { noise } from "./testing/runtime";
import { runEvaluation, runModel, tensorsOf, type FedRows, type Trained } from "./testing/run-training";
import { TASKS, train } from "./testing/tasks";
import { trainingOptions } from "./testing/training";

type Feeds = Record<string, RuntimeTensor>;
const settings = { intraOpNumThreads: 1, graphOptimizationLevel: "all", logSeverityLevel: 3 } as const;
const f32 = (data: Float32Array, shape: readonly number[]) => new RuntimeTensor("float32", data, [...shape]);
const floatsOf = (tensor: RuntimeTensor | undefined): Float32Array => Float32Array.from(tensor?.data as Float32Array);
const stateFeeds = (state: readonly Tensor[]): Feeds =>
  Object.fromEntries(state.map(({ name, shape, data }) => [name, f32(new Float32Array(data.slice().buffer), shape)]));

describe.each(TASKS.map((task) => [task.name, task] as const))("%s", (_name, task) => {
  const compiled = compileTraining(task.forward, task.options);

  test("learns", async () => {
    const { losses } = await train(task, compiled, [40]);
    expect(losses.every(Number.isFinite)).toBe(true);
    const late = losses.slice(-5).reduce((a, b) => a + b, 0) / 5;
    expect(late).toBeLessThan(0.5 * (losses[0] ?? 0));
  });

  test("gives the same bits for six steps in one run and in three", async () => {
    const [whole, parts] = [await train(task, compiled, [6]), await train(task, compiled, [2, 1, 3])];
    expect(whole.losses).toEqual(parts.losses);
    const bytes = (trained: Trained, name: string) =>
      Buffer.from(Float32Array.from(trained.state.get(name) ?? []).buffer);
    for (const { name, data } of compiled.initialState) {
      expect(bytes(whole, name).length, name).toBe(data.length);
      expect(bytes(whole, name).equals(bytes(parts, name)), name).toBe(true);
    }
  });

  test("compiles to the same bytes every time", () => {
    const again = compileTraining(task.forward, task.options);
    expect(Buffer.from(again.segmentModel).equals(Buffer.from(compiled.segmentModel))).toBe(true);
    expect(Buffer.from(again.evaluationModel).equals(Buffer.from(compiled.evaluationModel))).toBe(true);
  });

  test("delivers a model that predicts what the evaluation graph counts", async () => {
    const { state } = await train(task, compiled, [6]);
    const examples = task.options.evaluationBatchSize;
    const { data, labels } = task.rows(examples);
    const weight = Float32Array.from({ length: examples }, (_, i) => Number(i !== 1));
    const fed = {
      [`data.${task.input}`]: { dtype: "uint8", shape: [examples, ...task.row], data },
      labels: { dtype: "uint8", shape: [examples, ...task.label], data: labels },
    } satisfies Record<string, FedRows>;
    const sums = await runEvaluation(compiled, state, fed, [...weight]);
    const model = deliverModel(task.forward, tensorsOf(compiled, state));
    const [binding] = task.options.inputs;
    const values = Array.from(data, (x) => x * (binding?.scale ?? 1) + (binding?.offset ?? 0));
    const dtype = task.input === "tokens" ? "int64" : "float32";
    const outputs = await runModel(model, { [task.input]: { dtype, shape: [examples, ...task.row], data: values } });
    const logits = outputs.get("logits") ?? new Float32Array();
    const { lossSum, correct } = sumsOf(logits, logits.length / labels.length, labels, weight);
    expect(sums.lossSum).toBeCloseTo(lossSum, 3);
    expect(sums.correct).toBe(correct);
    expect(sums.counted).toBe((labels.length / examples) * (examples - 1));
  });

  test("reports what it costs", () => {
    const { report } = compiled;
    const parameters = compiled.parameterNames.length;
    expect(compiled.initialState.length).toBe(3 * parameters);
    expect(report.stateBytes).toBe(12 * report.parameterCount);
    // Forward alone is two operations per weight and example; backward about twice that.
    expect(report.flopsPerStep).toBeGreaterThan(
      2 * report.evaluationFlopsPerBatch * (task.options.batchSize / task.options.evaluationBatchSize),
    );
    expect(report.peakMemoryBytes).toBeGreaterThan(4 * report.stateBytes);
    expect(report.unsupported).toEqual([]);
  });
});

/** Weighted cross-entropy and right predictions, computed without the compiler. */
function sumsOf(
  logits: Float32Array,
  classes: number,
  labels: Uint8Array,
  weight: Float32Array,
): { lossSum: number; correct: number } {
  const perExample = labels.length / weight.length;
  let [lossSum, correct] = [0, 0];
  labels.forEach((label, i) => {
    const row = Array.from(logits.subarray(i * classes, (i + 1) * classes));
    const w = weight[Math.floor(i / perExample)] ?? 0;
    lossSum += w * (Math.log(row.reduce((sum, x) => sum + Math.exp(x), 0)) - (row[label] ?? 0));
    correct += w * Number(row.indexOf(Math.max(...row)) === label);
  });
  return { lossSum, correct };
}

describe("AdamW", () => {
  test("equals an independent implementation on a linear regression", async () => {
    const forward = mlpTemplate({ inputSize: 3, hiddenSizes: [], classCount: 2, seed: 5 });
    const options = trainingOptions({
      inputs: [{ input: "x", dtype: "float32" }],
      labels: { dtype: "float32" },
      loss: { kind: "meanSquaredError" },
      batchSize: 4,
      totalSteps: 12,
      schedule: { kind: "linear", warmupSteps: 3 },
      optimizer: { kind: "adamw", learningRate: 0.05, beta1: 0.9, beta2: 0.99, epsilon: 1e-6, weightDecay: 0.1 },
    });
    const compiled = compileTraining(forward, options);
    const x = Float32Array.from(noise(12 * 4 * 3, 1));
    const y = Float32Array.from(noise(12 * 4 * 2, 2));
    const session = await InferenceSession.create(compiled.segmentModel, settings);
    const results = await session.run({
      ...stateFeeds(compiled.initialState),
      steps: new RuntimeTensor("int64", BigInt64Array.of(12n), []),
      schedule: f32(new Float32Array(compiled.schedule.slice().buffer), [12, compiled.scheduleWidth]),
      "data.x": f32(x, [12, 4, 3]),
      labels: f32(y, [12, 4, 2]),
    });
    const wanted = adamwByHand(compiled, options, x, y);
    for (const [name, values] of wanted) {
      floatsOf(results[`next.${name}`]).forEach((value, i) =>
        expect(value, `${name}[${i}]`).toBeCloseTo(values[i] ?? Number.NaN, 5),
      );
    }
  });
});

/** torch.optim.AdamW in doubles on y = x W + b with mean squared error. */
function adamwByHand(
  compiled: CompiledTraining,
  options: TrainingOptions,
  x: Float32Array,
  y: Float32Array,
): Map<string, number[]> {
  const { optimizer } = options;
  if (optimizer.kind !== "adamw") throw new Error("AdamW is checked here.");
  const { learningRate, beta1, beta2, epsilon, weightDecay } = optimizer;
  const values = new Map(
    compiled.initialState.map(({ name, data }) => [name, Array.from(new Float32Array(data.slice().buffer))]),
  );
  const of = (name: string): number[] => values.get(name) ?? [];
  for (let step = 0; step < 12; step++) {
    const rate = learningRate * (step < 3 ? (step + 1) / 3 : 1 - (step - 3) / 9);
    const gradient = new Map([
      ["layer0.weight", new Array<number>(6).fill(0)],
      ["layer0.bias", [0, 0]],
    ]);
    for (let b = 0; b < 4; b++) {
      for (let j = 0; j < 2; j++) {
        const row = [0, 1, 2].map((i) => x[(step * 4 + b) * 3 + i] ?? 0);
        const out = row.reduce(
          (sum, xi, i) => sum + xi * (of("layer0.weight")[i * 2 + j] ?? 0),
          of("layer0.bias")[j] ?? 0,
        );
        const d = (2 * (out - (y[(step * 4 + b) * 2 + j] ?? 0))) / 8;
        row.forEach((xi, i) => add(gradient.get("layer0.weight"), i * 2 + j, d * xi));
        add(gradient.get("layer0.bias"), j, d);
      }
    }
    for (const [name, g] of gradient) {
      const [p, m, v] = [of(name), of(`adam.m.${name}`), of(`adam.v.${name}`)];
      g.forEach((gi, i) => {
        // The state keeps plain sums; torch's averages are (1 - beta) of them.
        m[i] = beta1 * (m[i] ?? 0) + gi;
        v[i] = beta2 * (v[i] ?? 0) + gi * gi;
        const mHat = ((1 - beta1) * (m[i] ?? 0)) / (1 - beta1 ** (step + 1));
        const vHat = ((1 - beta2) * (v[i] ?? 0)) / (1 - beta2 ** (step + 1));
        p[i] = (p[i] ?? 0) * (1 - rate * weightDecay) - (rate * mHat) / (Math.sqrt(vHat) + epsilon);
      });
    }
  }
  return values;
}

function add(list: number[] | undefined, index: number, by: number): void {
  if (list !== undefined) list[index] = (list[index] ?? 0) + by;
}

describe("delivery", () => {
  test("refuses weights of another model", () => {
    const forward = mlpTemplate({ inputSize: 3, hiddenSizes: [], classCount: 2, seed: 5 });
    const stranger: Tensor = { name: "layer0.weight", dtype: "float32", shape: [2, 3], data: new Uint8Array(24) };
    expect(() => deliverModel(forward, [stranger])).toThrow(GraphRefusal);
  });
});
