import { describe, expect, test } from "vitest";
import { compileTraining, deliverModel, mlpTemplate } from ".";
import { int, ints } from "./ir";
import { attribute, handMade, node, port, tensor } from "./testing/model-writer";
import { BATCH, fed, options, STEPS, x, y } from "./testing/regression";
import { runEvaluation, runModel, runTraining, tensorsOf } from "./testing/run-training";
import { noise } from "./testing/runtime";

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
