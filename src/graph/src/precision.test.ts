import { describe, expect, test } from "vitest";
import { compileTraining, deliverModel, type CompiledTraining, type TrainingOptions } from ".";
import { int } from "./ir";
import { attribute, handMade, node, tensor } from "./testing/model-writer";
import { BATCH, fed, options, regression, sgd, STEPS } from "./testing/regression";
import { runTraining, tensorsOf, type FedRows, type Trained } from "./testing/run-training";
import { noise } from "./testing/runtime";
import { TASKS, train } from "./testing/tasks";

const HALVES = ["bfloat16", "float16"] as const;
const [SCALE, GOOD_STEPS] = ["scaler.scale", "scaler.good_steps"];

/** The training with other numbers in its first state. */
function startingAt(compiled: CompiledTraining, numbers: Readonly<Record<string, number>>): CompiledTraining {
  const initialState = compiled.initialState.map((each) => {
    const number = numbers[each.name];
    return number === undefined ? each : { ...each, data: new Uint8Array(Float32Array.of(number).buffer) };
  });
  return { ...compiled, initialState };
}

const number = ({ state }: Trained, name: string): number => state.get(name)?.[0] ?? Number.NaN;
const first = (compiled: CompiledTraining): Map<string, Float32Array> =>
  new Map(compiled.initialState.map(({ name, data }) => [name, new Float32Array(data.slice().buffer)]));

describe.each(TASKS.map((task) => [task.name, task] as const))("%s", (_name, task) => {
  const at = (precision: TrainingOptions["precision"]) =>
    compileTraining(task.forward, { ...task.options, totalSteps: 100, precision });

  test.each(HALVES)("the losses of 100 steps in %s are those of float32 to 0.01", async (half) => {
    const [full, lowered] = [await train(task, at("float32"), [100]), await train(task, at(half), [100])];
    expect(lowered.losses).not.toEqual(full.losses);
    lowered.losses.forEach((loss, i) => expect(Math.abs(loss - (full.losses[i] ?? Number.NaN))).toBeLessThan(0.01));
    expect(lowered.losses.at(-1)).toBeLessThan(0.1 * (lowered.losses[0] ?? 0));
  });

  test.each(HALVES)("the bits in %s are the same every time, in one run and in three", async (half) => {
    const compiled = at(half);
    const whole = await train(task, compiled, [6]);
    expect(await train(task, compiled, [6])).toEqual(whole);
    expect(await train(task, compiled, [2, 1, 3])).toEqual(whole);
  });

  test("evaluation and delivery stay what they are in float32", async () => {
    const [full, lowered] = [at("float32"), at("float16")];
    expect(Buffer.from(lowered.evaluationModel).equals(Buffer.from(full.evaluationModel))).toBe(true);
    const { state } = await train(task, lowered, [2]);
    const own = tensorsOf(lowered, state).filter(({ name }) => full.parameterNames.includes(name));
    expect(deliverModel(task.forward, tensorsOf(lowered, state))).toEqual(deliverModel(task.forward, own));
  });

  test("work is counted as before, and float32 is the default", () => {
    expect(at("bfloat16").report.flopsPerStep).toBe(at("float32").report.flopsPerStep);
    expect(at(undefined).segmentModel).toEqual(at("float32").segmentModel);
    expect(at("bfloat16").initialState).toEqual(at("float32").initialState);
  });
});

/** y = BatchNormalization(x w), so that a run has statistics to carry, in training as PyTorch exports it. */
const normalised = handMade({
  nodes: [
    node("MatMul", ["x", "w"], ["m"]),
    node("BatchNormalization", ["m", "gain", "shift", "mean", "var"], ["y", "mean.out", "var.out"], {
      attributes: [attribute("training_mode", int(1))],
    }),
  ],
  initializers: [
    tensor("w", [3, 2], noise(6, 4)),
    tensor("gain", [2], [1, 1]),
    tensor("shift", [2], [0, 0]),
    tensor("mean", [2], [0, 0]),
    tensor("var", [2], [1, 1]),
  ],
});

describe("loss scaling", () => {
  const choices = options({
    optimizer: { kind: "adamw", learningRate: 0.05, beta1: 0.9, beta2: 0.99, epsilon: 1e-6, weightDecay: 0.1 },
    averageDecay: 0.3,
    precision: "float16",
  });
  const compiled = compileTraining(normalised, choices);

  test("begins with the numbers of torch.amp.GradScaler", () => {
    expect(first(compiled).get(SCALE)).toEqual(Float32Array.of(2 ** 16));
    expect(first(compiled).get(GOOD_STEPS)).toEqual(Float32Array.of(0));
  });

  test("leaves a step out that overflows and halves the scale; parameters, slots, averages and statistics stay", async () => {
    const huge = startingAt(compiled, { [SCALE]: 2 ** 32, [GOOD_STEPS]: 7 });
    const skipped = await runTraining(huge, fed, [1]);
    const wanted = first(huge)
      .set(SCALE, Float32Array.of(2 ** 31))
      .set(GOOD_STEPS, Float32Array.of(0));
    expect(skipped.state).toEqual(wanted);
    const taken = await runTraining(startingAt(compiled, { [SCALE]: 2 ** 8 }), fed, [1]);
    expect(skipped.losses).toEqual(taken.losses);
    for (const name of ["w", "adam.m.w", "adam.v.w", "average.w", "mean", "var"])
      expect(taken.state.get(name), name).not.toEqual(first(compiled).get(name));
  });

  test("finds the scale that fits, and then learns what float32 learns", async () => {
    const plain = { ...choices, averageDecay: undefined, optimizer: sgd };
    const steps = 24;
    const repeat = ({ dtype, shape, data }: FedRows): FedRows => ({
      dtype,
      shape: [steps, ...shape.slice(1)],
      data: Array.from({ length: steps / STEPS }, () => [...data]).flat(),
    });
    const rows = { "data.x": repeat(fed["data.x"]), labels: repeat(fed.labels) };
    const lowered = await runTraining(
      startingAt(compileTraining(normalised, { ...plain, totalSteps: steps }), { [SCALE]: 2 ** 24 }),
      rows,
      [steps],
    );
    const full = await runTraining(
      compileTraining(normalised, { ...plain, totalSteps: steps, precision: "float32" }),
      rows,
      [steps],
    );
    const skips = Math.log2(2 ** 24 / number(lowered, SCALE));
    expect(skips).toBeGreaterThan(0);
    expect(number(lowered, GOOD_STEPS)).toBeGreaterThan(0);
    expect(number(lowered, GOOD_STEPS)).toBeLessThanOrEqual(steps - skips);
    expect(lowered.losses.at(-1)).toBeCloseTo(full.losses.at(-1) ?? Number.NaN, 1);
  });

  test("2000 good steps double the scale", async () => {
    const near = startingAt(compiled, { [SCALE]: 2 ** 8, [GOOD_STEPS]: 1998 });
    const [one, two] = [await runTraining(near, fed, [1]), await runTraining(near, fed, [1, 1])];
    expect([number(one, SCALE), number(one, GOOD_STEPS)]).toEqual([2 ** 8, 1999]);
    expect([number(two, SCALE), number(two, GOOD_STEPS)]).toEqual([2 ** 9, 0]);
  });

  test("the scale stays between 2^-16 and 2^32", async () => {
    const still = compileTraining(regression, options({ optimizer: sgd, precision: "float16" }));
    const nothing = { ...fed, "data.x": { ...fed["data.x"], data: fed["data.x"].data.map(() => 0) } };
    const zeros = { ...nothing, labels: { ...fed.labels, data: fed.labels.data.map(() => 0) } };
    const most = await runTraining(startingAt(still, { [SCALE]: 2 ** 32, [GOOD_STEPS]: 1999 }), zeros, [1]);
    expect([number(most, SCALE), number(most, GOOD_STEPS)]).toEqual([2 ** 32, 0]);
    const wide = { ...fed, "data.x": { ...fed["data.x"], data: fed["data.x"].data.map(() => 1e6) } };
    const least = await runTraining(startingAt(still, { [SCALE]: 2 ** -16 }), wide, [1]);
    expect(number(least, SCALE)).toBe(2 ** -16);
  });

  test("keeps gradients that float16 cannot hold", async () => {
    const faint = { ...fed, labels: { ...fed.labels, data: fed.labels.data.map((y) => y * 1e-7) } };
    const run = (scale: number) =>
      runTraining(
        startingAt(compileTraining(zeroWeights, options({ optimizer: sgd, precision: "float16" })), { [SCALE]: scale }),
        faint,
        [1],
      );
    const [without, scaled] = [await run(1), await run(2 ** 16)];
    expect(without.state.get("w")).toEqual(new Float32Array(6));
    expect(scaled.state.get("w")?.every((value) => value !== 0)).toBe(true);
  });

  test("a part of a batch that overflows leaves the whole step out", async () => {
    const parts = compileTraining(normalised, { ...choices, accumulationSteps: 2 });
    const half = BATCH * 3 * 0.5;
    const data = fed["data.x"].data.map((value, i) => (i < half ? value : value * 1e6));
    const { state } = await runTraining(parts, { ...fed, "data.x": { ...fed["data.x"], data } }, [1]);
    expect(state).toEqual(first(parts).set(SCALE, Float32Array.of(2 ** 15)));
  });
});

/** y = x w with w zero. */
const zeroWeights = handMade({ initializers: [tensor("w", [3, 2], [0, 0, 0, 0, 0, 0])] });

describe.each(HALVES)("%s with", (precision) => {
  const [task] = TASKS;
  if (task === undefined) throw new TypeError("There is no task.");

  test.each<[string, Partial<TrainingOptions>]>([
    ["accumulation", { accumulationSteps: 4 }],
    ["clipping", { clipNorm: 0.05 }],
    ["a moving average", { averageDecay: 0.9 }],
    ["frozen weights", { frozen: ["layer0.*"] }],
    ["adapters", { lora: { targets: ["*.weight"], rank: 2, alpha: 4 } }],
    ["Adafactor", { optimizer: { kind: "adafactor", learningRate: 0.01, weightDecay: 0 } }],
  ])("%s learns as float32 does", async (_name, change) => {
    const run = async (at: TrainingOptions["precision"]) =>
      train(task, compileTraining(task.forward, { ...task.options, ...change, precision: at }), [12]);
    const [full, lowered] = [await run("float32"), await run(precision)];
    lowered.losses.forEach((loss, i) => expect(Math.abs(loss - (full.losses[i] ?? Number.NaN))).toBeLessThan(0.02));
    expect(lowered.losses).not.toEqual(full.losses);
  });

  test("a memory budget computes again, with the same bits", async () => {
    const transformer = TASKS.find(({ name }) => name === "transformer") ?? task;
    const large = { ...transformer, options: { ...transformer.options, batchSize: 32, totalSteps: 2, precision } };
    const free = compileTraining(large.forward, large.options);
    const memoryBudgetBytes = 0.9 * free.report.peakMemoryBytes;
    const tight = compileTraining(large.forward, { ...large.options, memoryBudgetBytes });
    expect(tight.report.peakMemoryBytes).toBeLessThanOrEqual(memoryBudgetBytes);
    expect(await train(large, tight, [2])).toEqual(await train(large, free, [2]));
  });
});

describe("refused is", () => {
  test("a precision that there is not", () => {
    expect(() => compileTraining(regression, options({ precision: "float8" as never }))).toThrow(/precision "float8"/);
  });

  test("a weight by the name of the scale", () => {
    const taken = handMade({
      nodes: [node("MatMul", ["x", SCALE], ["y"])],
      initializers: [tensor(SCALE, [3, 2], noise(6, 4))],
    });
    expect(() => compileTraining(taken, options({}))).toThrow(/scaler\.scale/);
  });

  test("a model that casts to a half type itself", () => {
    const casting = handMade({
      nodes: [
        node("MatMul", ["x", "w"], ["m"]),
        node("Cast", ["m"], ["h"], { attributes: [attribute("to", int(10))] }),
        node("Cast", ["h"], ["y"], { name: "back", attributes: [attribute("to", int(1))] }),
      ],
    });
    expect(() => compileTraining(casting, options({}))).toThrow(/element type 10/);
  });
});
