import { describe, expect, test } from "vitest";
import { compileTraining, deliverModel, gptTemplate, mlpTemplate, type CompiledTraining } from ".";
import {
  BATCH,
  byHand,
  expectState,
  fed,
  options,
  regression,
  sgd,
  STEPS,
  x,
  y,
  type Weights,
} from "./testing/regression";
import { runEvaluation, runModel, runTraining, tensorsOf, type FedRows } from "./testing/run-training";
import { noise } from "./testing/runtime";
import { trainingOptions } from "./testing/training";

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
