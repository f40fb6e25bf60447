import { describe, expect, test } from "vitest";
import {
  compileTraining,
  deliverModel,
  gptTemplate,
  mlpTemplate,
  type CompiledTraining,
  type TrainingOptions,
} from ".";
import { int, ints } from "./ir";
import { attribute, handMade, node, port, tensor } from "./testing/model-writer";
import { runEvaluation, runModel, runTraining, tensorsOf, type FedRows, type Trained } from "./testing/run-training";
import { noise } from "./testing/runtime";
import { trainingOptions } from "./testing/training";

/** Linear regression y = x W + b on [4, 3] -> [4, 2]: small enough to follow every optimizer by hand. */
const STEPS = 6;
const BATCH = 4;
const regression = mlpTemplate({ inputSize: 3, hiddenSizes: [], classCount: 2, seed: 5 });
const x = noise(STEPS * BATCH * 3, 1).map(Math.fround);
const y = noise(STEPS * BATCH * 2, 2).map(Math.fround);
const fed = {
  "data.x": { dtype: "float32", shape: [STEPS, BATCH, 3], data: x },
  labels: { dtype: "float32", shape: [STEPS, BATCH, 2], data: y },
} satisfies Record<string, FedRows>;

const options = (change: Partial<TrainingOptions>): TrainingOptions =>
  trainingOptions({
    inputs: [{ input: "x", dtype: "float32" }],
    labels: { dtype: "float32" },
    loss: { kind: "meanSquaredError" },
    batchSize: BATCH,
    totalSteps: STEPS,
    schedule: { kind: "constant", warmupSteps: 0 },
    evaluationBatchSize: BATCH,
    ...change,
  });

const sgd = { kind: "sgd", learningRate: 0.1, momentum: 0, nesterov: false, weightDecay: 0 } as const;

type Weights = Map<string, number[]>;

/** Follows a run in doubles: `update` changes the weights given the gradients of a step (counted from one). */
function byHand(
  compiled: CompiledTraining,
  update: (weights: Weights, gradients: Weights, step: number) => void,
): Weights {
  const weights: Weights = new Map(
    compiled.initialState
      .filter(({ name }) => name.startsWith("layer0."))
      .map(({ name, data }) => [name, Array.from(new Float32Array(data.slice().buffer))]),
  );
  for (let step = 0; step < STEPS; step++) update(weights, gradientsOf(weights, step), step + 1);
  return weights;
}

function gradientsOf(weights: Weights, step: number): Weights {
  const [w, c] = [weights.get("layer0.weight") ?? [], weights.get("layer0.bias") ?? []];
  const [dw, dc] = [new Array<number>(6).fill(0), [0, 0]];
  for (let row = 0; row < BATCH; row++) {
    for (const j of [0, 1]) {
      const inputs = [0, 1, 2].map((i) => x[(step * BATCH + row) * 3 + i] ?? 0);
      const out = inputs.reduce((sum, value, i) => sum + value * (w[i * 2 + j] ?? 0), c[j] ?? 0);
      const d = (2 * (out - (y[(step * BATCH + row) * 2 + j] ?? 0))) / (2 * BATCH);
      inputs.forEach((value, i) => (dw[i * 2 + j] = (dw[i * 2 + j] ?? 0) + d * value));
      dc[j] = (dc[j] ?? 0) + d;
    }
  }
  return new Map([
    ["layer0.weight", dw],
    ["layer0.bias", dc],
  ]);
}

/** Applies a rule for one number to every number, with slots that start at zero. */
function eachNumber(
  slots: Map<string, number[]>,
  rule: (p: number, g: number, slot: number, step: number) => readonly [next: number, slot: number],
) {
  return (weights: Weights, gradients: Weights, step: number): void => {
    for (const [name, values] of weights) {
      const kept = slots.get(name) ?? values.map(() => 0);
      slots.set(name, kept);
      values.forEach((p, i) => {
        const [next, slot] = rule(p, gradients.get(name)?.[i] ?? 0, kept[i] ?? 0, step);
        values[i] = next;
        kept[i] = slot;
      });
    }
  };
}

function expectState(trained: Trained, wanted: ReadonlyMap<string, readonly number[]>, prefix = ""): void {
  for (const [name, values] of wanted)
    values.forEach((value, i) =>
      expect(trained.state.get(`${prefix}${name}`)?.[i], `${prefix}${name}[${i}]`).toBeCloseTo(value, 5),
    );
}

describe("optimizers follow their papers", () => {
  test("SGD without momentum keeps no slots", async () => {
    const compiled = compileTraining(regression, options({ optimizer: sgd }));
    expect(compiled.initialState.map(({ name }) => name)).toEqual(["layer0.bias", "layer0.weight"]);
    const wanted = byHand(
      compiled,
      eachNumber(new Map(), (p, g) => [p - 0.1 * g, 0]),
    );
    expectState(await runTraining(compiled, fed, [STEPS]), wanted);
  });

  test.each([false, true])("SGD with momentum, nesterov %s, and L2 decay", async (nesterov) => {
    const compiled = compileTraining(
      regression,
      options({ optimizer: { ...sgd, momentum: 0.9, nesterov, weightDecay: 0.05 } }),
    );
    const velocities = new Map<string, number[]>();
    const wanted = byHand(
      compiled,
      eachNumber(velocities, (p, g, u) => {
        const pull = g + 0.05 * p;
        const next = 0.9 * u + pull;
        return [p - 0.1 * (nesterov ? pull + 0.9 * next : next), next];
      }),
    );
    const trained = await runTraining(compiled, fed, [2, 4]);
    expectState(trained, wanted);
    expectState(trained, velocities, "sgd.velocity.");
  });

  test("Lion", async () => {
    const optimizer = { kind: "lion", learningRate: 0.02, beta1: 0.9, beta2: 0.99, weightDecay: 0.1 } as const;
    const compiled = compileTraining(regression, options({ optimizer }));
    const wanted = byHand(
      compiled,
      eachNumber(new Map(), (p, g, m) => [
        p * (1 - 0.02 * 0.1) - 0.02 * Math.sign(0.9 * m + 0.1 * g),
        0.99 * m + 0.01 * g,
      ]),
    );
    expectState(await runTraining(compiled, fed, [STEPS]), wanted);
  });

  test("Adafactor factors matrices and not vectors", async () => {
    const optimizer = { kind: "adafactor", learningRate: 0.05, weightDecay: 0 } as const;
    const compiled = compileTraining(regression, options({ optimizer }));
    expect(compiled.initialState.map(({ name, shape }) => [name, shape])).toEqual([
      ["adafactor.column.layer0.weight", [1, 2]],
      ["adafactor.row.layer0.weight", [3, 1]],
      ["adafactor.v.layer0.bias", [2]],
      ["layer0.bias", [2]],
      ["layer0.weight", [3, 2]],
    ]);
    const [row, column, v] = [
      [0, 0, 0],
      [0, 0],
      [0, 0],
    ];
    const rms = (values: readonly number[]) => Math.sqrt(values.reduce((sum, u) => sum + u * u, 0) / values.length);
    const wanted = byHand(compiled, (weights, gradients, step) => {
      const take = step ** -0.8;
      const move = (slots: number[], i: number, now: number) => (slots[i] = (slots[i] ?? 0) * (1 - take) + now * take);
      const g = gradients.get("layer0.weight") ?? [];
      const at = (i: number, j: number) => (g[i * 2 + j] ?? 0) ** 2 + 1e-30;
      for (const i of [0, 1, 2]) move(row, i, (at(i, 0) + at(i, 1)) / 2);
      for (const j of [0, 1]) move(column, j, (at(0, j) + at(1, j) + at(2, j)) / 3);
      const mean = row.reduce((a, b) => a + b, 0) / 3;
      const raw = g.map((value, k) => value / Math.sqrt(((row[k >> 1] ?? 0) / mean) * (column[k % 2] ?? 0)));
      const c = gradients.get("layer0.bias") ?? [];
      c.forEach((value, i) => move(v, i, value * value + 1e-30));
      const rawBias = c.map((value, i) => value / Math.sqrt(v[i] ?? 0));
      for (const [name, update] of [
        ["layer0.weight", raw],
        ["layer0.bias", rawBias],
      ] as const) {
        const values = weights.get(name) ?? [];
        const size = Math.max(1e-3, rms(values)) * 0.05;
        const clip = Math.max(1, rms(update));
        values.forEach((p, i) => (values[i] = p - (size * (update[i] ?? 0)) / clip));
      }
    });
    expectState(await runTraining(compiled, fed, [STEPS]), wanted);
  });
});

describe("choices around the optimizer", () => {
  test("clipping scales all gradients by one number", async () => {
    const compiled = compileTraining(regression, options({ optimizer: sgd, clipNorm: 0.2 }));
    const wanted = byHand(compiled, (weights, gradients) => {
      const norm = Math.sqrt([...gradients.values()].flat().reduce((sum, g) => sum + g * g, 0));
      const factor = Math.min(1, 0.2 / (norm + 1e-6));
      expect(factor).toBeLessThan(1);
      for (const [name, values] of weights)
        values.forEach((p, i) => (values[i] = p - 0.1 * factor * (gradients.get(name)?.[i] ?? 0)));
    });
    expectState(await runTraining(compiled, fed, [STEPS]), wanted);
  });

  test("weight decay on matrices leaves biases alone", async () => {
    const decaying = { ...sgd, weightDecay: 0.5 };
    const compiled = compileTraining(regression, options({ optimizer: decaying, weightDecayOn: "matrices" }));
    const wanted = byHand(compiled, (weights, gradients) => {
      for (const [name, values] of weights)
        values.forEach((p, i) => {
          const pull = name === "layer0.weight" ? 0.5 * p : 0;
          values[i] = p - 0.1 * ((gradients.get(name)?.[i] ?? 0) + pull);
        });
    });
    expectState(await runTraining(compiled, fed, [STEPS]), wanted);
  });

  test("the moving average is carried, evaluated and delivered", async () => {
    const compiled = compileTraining(regression, options({ optimizer: sgd, averageDecay: 0.3 }));
    const averages: Weights = new Map();
    byHand(compiled, (weights, gradients, step) => {
      const decay = Math.min(0.3, step / (9 + step));
      for (const [name, values] of weights) {
        const average = averages.get(name) ?? [...values];
        averages.set(name, average);
        values.forEach((p, i) => {
          values[i] = p - 0.1 * (gradients.get(name)?.[i] ?? 0);
          average[i] = decay * (average[i] ?? 0) + (1 - decay) * (values[i] ?? 0);
        });
      }
    });
    const trained = await runTraining(compiled, fed, [STEPS]);
    expectState(trained, averages, "average.");
    const rows = { "data.x": { ...fed["data.x"], shape: [BATCH, 3], data: x.slice(0, BATCH * 3) } };
    const labels = { dtype: "float32" as const, shape: [BATCH, 2], data: y.slice(0, BATCH * 2) };
    const { lossSum } = await runEvaluation(compiled, trained.state, { ...rows, labels }, [1, 1, 1, 1]);
    const delivered = deliverModel(regression, tensorsOf(compiled, trained.state));
    const out = (await runModel(delivered, { x: rows["data.x"] })).get("logits") ?? new Float32Array();
    const loss = Array.from(out).reduce((sum, value, i) => sum + (value - (y[i] ?? 0)) ** 2 / 2, 0);
    expect(lossSum).toBeCloseTo(loss, 5);
  });

  test.each([2, 4])("a batch in %i parts learns what the whole batch learns", async (accumulationSteps) => {
    const whole = await runTraining(compileTraining(regression, options({})), fed, [STEPS]);
    const parts = await runTraining(compileTraining(regression, options({ accumulationSteps })), fed, [1, 5]);
    parts.losses.forEach((loss, i) => expect(loss).toBeCloseTo(whole.losses[i] ?? Number.NaN, 5));
    expectState(parts, new Map([...whole.state].map(([name, values]) => [name, Array.from(values)])));
  });

  test("frozen weights are no state, and others learn", async () => {
    const forward = mlpTemplate({ inputSize: 3, hiddenSizes: [5], classCount: 2, seed: 5 });
    const compiled = compileTraining(forward, options({ frozen: ["layer0.*"] }));
    expect(compiled.parameterNames).toEqual(["layer1.bias", "layer1.weight"]);
    const trained = await runTraining(compiled, fed, [STEPS]);
    const delivered = deliverModel(forward, tensorsOf(compiled, trained.state));
    const head = compileTraining(delivered, options({ frozen: ["layer0.*"] }));
    expect(head.initialState.find(({ name }) => name === "layer1.weight")?.data).toEqual(
      new Uint8Array((trained.state.get("layer1.weight") ?? new Float32Array()).buffer),
    );
    const before = compileTraining(forward, options({}));
    const after = compileTraining(delivered, options({}));
    const of = (run: CompiledTraining, name: string) => run.initialState.find((tensor) => tensor.name === name)?.data;
    expect(of(after, "layer0.weight")).toEqual(of(before, "layer0.weight"));
    expect(of(after, "layer1.weight")).not.toEqual(of(before, "layer1.weight"));
  });

  test.each(["frozen", "lora"] as const)("a pattern of %s that fits no weight is refused by name", (kind) => {
    const patterns = ["no.such.*"];
    const change = kind === "frozen" ? { frozen: patterns } : { lora: { targets: patterns, rank: 1, alpha: 1 } };
    expect(() => compileTraining(regression, options(change))).toThrow(/no\.such\.\*/);
  });

  test("freezing everything is refused", () => {
    expect(() => compileTraining(regression, options({ frozen: ["*"] }))).toThrow(/nothing to train/);
  });
});

describe("a memory budget", () => {
  const forward = gptTemplate({
    vocabularySize: 17,
    contextLength: 12,
    embeddingSize: 16,
    layerCount: 3,
    headCount: 2,
    seed: 3,
  });
  const large = trainingOptions({ inputs: [{ input: "tokens", dtype: "uint8" }], batchSize: 32, totalSteps: 2 });
  const tokens = noise(2 * 32 * 12, 1).map((value) => Math.floor((value + 1) * 8));
  const rows = {
    "data.tokens": { dtype: "uint8", shape: [2, 32, 12], data: tokens },
    labels: { dtype: "uint8", shape: [2, 32, 12], data: [...tokens].reverse() },
  } satisfies Record<string, FedRows>;
  const free = compileTraining(forward, large);

  test("is kept by computing again, with the same bits", async () => {
    const memoryBudgetBytes = 0.9 * free.report.peakMemoryBytes;
    const tight = compileTraining(forward, { ...large, memoryBudgetBytes });
    expect(tight.report.peakMemoryBytes).toBeLessThanOrEqual(memoryBudgetBytes);
    expect(tight.report.flopsPerStep).toBe(free.report.flopsPerStep);
    expect(await runTraining(tight, rows, [2])).toEqual(await runTraining(free, rows, [2]));
  });

  test("that nothing fits into is refused with what is needed", () => {
    expect(() => compileTraining(forward, { ...large, memoryBudgetBytes: 3 * 1024 ** 2 })).toThrow(/MiB/);
  });
});

describe("LoRA", () => {
  const forward = mlpTemplate({ inputSize: 3, hiddenSizes: [5], classCount: 2, seed: 5 });
  const lora = { targets: ["*.weight"], rank: 2, alpha: 4 };
  const compiled = compileTraining(forward, options({ lora }));

  test("trains the adapters alone, from a start that changes nothing", async () => {
    expect(compiled.parameterNames).toEqual([
      "lora.a.layer0.weight",
      "lora.a.layer1.weight",
      "lora.b.layer0.weight",
      "lora.b.layer1.weight",
    ]);
    const plain = await runTraining(compileTraining(forward, options({})), fed, [1]);
    const trained = await runTraining(compiled, fed, [STEPS]);
    expect(trained.losses[0]).toBeCloseTo(plain.losses[0] ?? Number.NaN, 6);
    expect(trained.state.get("lora.scale")).toEqual(Float32Array.of(2));
  });

  test("delivers a model with the adapters merged, which computes what was evaluated", async () => {
    const trained = await runTraining(compiled, fed, [STEPS]);
    const rows = { dtype: "float32" as const, shape: [BATCH, 3], data: x.slice(0, BATCH * 3) };
    const labels = { dtype: "float32" as const, shape: [BATCH, 2], data: y.slice(0, BATCH * 2) };
    const { lossSum } = await runEvaluation(compiled, trained.state, { "data.x": rows, labels }, [1, 1, 1, 1]);
    const delivered = deliverModel(forward, tensorsOf(compiled, trained.state));
    const [now, before] = await Promise.all([runModel(delivered, { x: rows }), runModel(forward, { x: rows })]);
    const lossOf = (out: Float32Array | undefined) =>
      Array.from(out ?? []).reduce((sum, value, i) => sum + (value - (y[i] ?? 0)) ** 2 / 2, 0);
    expect(lossOf(now.get("logits"))).toBeCloseTo(lossSum, 5);
    expect(lossOf(now.get("logits"))).not.toBeCloseTo(lossOf(before.get("logits")), 3);
  });

  test("refuses a rank that saves nothing", () => {
    expect(() => compileTraining(forward, options({ lora: { ...lora, rank: 3 } }))).toThrow(/rank of 3|rank 3/);
  });

  test.each([
    [
      "a square Gemm that turns its weight",
      [node("Gemm", ["x", "w", "c"], ["y"], { attributes: [attribute("transB", int(1))] })],
    ],
    [
      "a square weight behind a Transpose",
      [
        node("Transpose", ["w"], ["t"], { attributes: [attribute("perm", ints([1, 0]))] }),
        node("MatMul", ["x", "t"], ["m"]),
        node("Add", ["m", "c"], ["y"]),
      ],
    ],
  ] as const)("merges %s the way it stands in its product", async (_name, nodes) => {
    const square = handMade({
      nodes,
      initializers: [tensor("w", [3, 3], noise(9, 4)), tensor("c", [3], [0.1, 0.2, 0.3])],
      outputs: [port("y", ["batch", 3])],
    });
    const targets = { dtype: "float32", shape: [STEPS, BATCH, 3], data: noise(STEPS * BATCH * 3, 6) } as const;
    const adapted = compileTraining(square, options({ lora: { targets: ["w"], rank: 2, alpha: 4 } }));
    const trained = await runTraining(adapted, { "data.x": fed["data.x"], labels: targets }, [STEPS]);
    const rows = { dtype: "float32" as const, shape: [BATCH, 3], data: x.slice(0, BATCH * 3) };
    const labels = { dtype: "float32" as const, shape: [BATCH, 3], data: targets.data.slice(0, BATCH * 3) };
    const { lossSum } = await runEvaluation(adapted, trained.state, { "data.x": rows, labels }, [1, 1, 1, 1]);
    const out = (await runModel(deliverModel(square, tensorsOf(adapted, trained.state)), { x: rows })).get("y");
    const loss = Array.from(out ?? []).reduce((sum, value, i) => sum + (value - (labels.data[i] ?? 0)) ** 2 / 3, 0);
    expect(loss).toBeCloseTo(lossSum, 4);
  });
});

describe("what cannot be meant is refused", () => {
  test("a pattern of many stars takes no time to fit or not", () => {
    expect(() => compileTraining(regression, options({ frozen: [`${"*a".repeat(60)}b`] }))).toThrow(/fits no weight/);
    expect(() => compileTraining(regression, options({ frozen: ["lay*0.*ght", "*.b*s*"] }))).toThrow(
      /nothing to train/,
    );
  });

  test.each([
    [{ loss: { kind: "mse" } }, /kind of loss "mse"/],
    [{ optimizer: { kind: "adam", learningRate: 1, weightDecay: 0 } }, /kind of optimizer "adam"/],
    [{ schedule: { kind: "cosin", warmupSteps: 0 } }, /kind of schedule "cosin"/],
    [
      {
        inputs: [
          { input: "x", dtype: "float32" },
          { input: "z", dtype: "float32" },
        ],
      },
      /no input "z"/,
    ],
  ] as const)("%j", (change, sentence) => {
    expect(() => compileTraining(regression, options(change as never))).toThrow(sentence);
  });

  test("a constant by the name of a state tensor", () => {
    const taken = handMade({
      nodes: [node("MatMul", ["x", "w"], ["m"]), node("Mul", ["m", "adam.m.w"], ["y"])],
      initializers: [tensor("w", [3, 2], noise(6, 4)), tensor("adam.m.w", [2], [2, 3], "float32")],
    });
    expect(() => compileTraining(taken, options({}))).toThrow(/adam\.m\.w/);
  });

  test("a label that is no class makes the loss no number, so that a run stops", async () => {
    const classes = compileTraining(
      regression,
      options({ loss: { kind: "crossEntropy" }, labels: { dtype: "int64" } }),
    );
    const data = Array.from({ length: STEPS * BATCH }, (_, i) => (i === 9 ? 2 : i % 2));
    const labels = { dtype: "int64", shape: [STEPS, BATCH], data } as const;
    const { losses } = await runTraining(classes, { "data.x": fed["data.x"], labels }, [STEPS]);
    expect(losses.slice(0, 2).every(Number.isFinite)).toBe(true);
    expect(losses[2]).toBeNaN();
  });
});
