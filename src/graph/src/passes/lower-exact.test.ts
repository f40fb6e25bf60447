import { describe, expect, test } from "vitest";
import { Builder } from "../builder";
import { compileTraining, type CompiledTraining } from "../compile";
import { scaleOf } from "../exact/power-of-two";
import { exactSum } from "../exact/sum";
import { verifyExact } from "../exact/verify-exact";
import { int, type Value } from "../ir";
import { refusalOf } from "../testing/refusal";
import { TASKS, train } from "../testing/tasks";
import { lowerExact } from "./lower-exact";
import { shareCommon } from "./share-common";

/** A graph of the nodes that `make` appends to a float32 matrix [4, 8], and its result. */
function planted(make: (b: Builder, x: Value) => Value): Builder {
  const b = new Builder();
  b.graph.outputs = [make(b, b.input("x", "float32", [4, 8]))];
  return b;
}

const faultIn = (make: (b: Builder, x: Value) => Value) =>
  refusalOf(() => {
    verifyExact(planted(make).graph);
  });

/** The right side of a product, cut with a unit that is a share of the largest element. */
function cut(b: Builder, x: Value, share: number): Value {
  const unit = scaleOf(b, b.reduce("ReduceMax", b.op("Abs", [x]), [0, 1], false), share);
  return b.op("QuantizeLinear", [x, unit, b.scalar("int8", 0)]);
}

function times(b: Builder, right: Value): Value {
  const left = b.op("QuantizeLinear", [
    b.input("a", "float32", [2, 4]),
    b.scalar("float32", 1),
    b.scalar("uint8", 128),
  ]);
  return b.op("MatMulInteger", [left, right, b.scalar("uint8", 128)]);
}

describe("what is planted in an exact graph is found", () => {
  test("a product whose right side may pass 64 saturates on some processors", () => {
    expect(() => {
      verifyExact(planted((b, x) => times(b, cut(b, x, 1 / 64))).graph);
    }).not.toThrow();
    expect(faultIn((b, x) => times(b, cut(b, x, 1 / 128)))).toMatchObject({
      code: "graph/not-exact",
      op: "MatMulInteger",
    });
    const fed = faultIn((b) => times(b, b.input("w", "int8", [4, 3])));
    expect(fed.reason).toMatch(/right side may pass 64/);
  });

  test("a sum deeper than an accumulator", () => {
    const deep = new Builder();
    const x = deep.input("x", "float32", [2 ** 17, 1]);
    const right = cut(deep, x, 1 / 64);
    const left = deep.op("QuantizeLinear", [
      deep.input("a", "float32", [1, 2 ** 17]),
      deep.scalar("float32", 1),
      deep.scalar("uint8", 128),
    ]);
    deep.graph.outputs = [deep.op("MatMulInteger", [left, right, deep.scalar("uint8", 128)])];
    expect(refusalOf(() => verifyExact(deep.graph)).reason).toMatch(/may pass 2\^31/);
  });

  test("a sum of any float32 numbers, but not one that is only asked whether it is finite", () => {
    expect(faultIn((b, x) => b.sum(x, [1]))).toMatchObject({ code: "graph/not-exact", op: "ReduceSum" });
    expect(faultIn((b, x) => b.scale(b.sum(x, [1]), 0)).reason).toMatch(/order/);
    const rest = (b: Builder, x: Value): Value => {
      const [unit, zero] = [b.scalar("float32", 1), b.scalar("int8", 0)];
      return b.sub(x, b.op("DequantizeLinear", [b.op("QuantizeLinear", [x, unit, zero]), unit, zero]));
    };
    expect(() => {
      verifyExact(planted((b, x) => b.scale(b.sum(rest(b, x), [0, 1]), 0)).graph);
    }).not.toThrow();
    const twice = faultIn((b, x) => {
      const sum = b.sum(rest(b, x), [1]);
      return b.add(b.scale(sum, 0), sum);
    });
    expect(twice.reason).toMatch(/order/);
  });

  test("a product with ones that a quotient follows at once", () => {
    const summed = planted((b, x) => exactSum(b, x, [1], true));
    expect(() => {
      verifyExact(summed.graph);
    }).not.toThrow();
    const product = summed.graph.nodes.find(({ op }) => op === "MatMul")?.outputs[0];
    if (product === undefined) throw new TypeError("A sum has no product.");
    const b = new Builder(summed.scope, summed.graph);
    b.graph.outputs.push(b.div(product, b.scalar("float32", 24)));
    expect(refusalOf(() => verifyExact(b.graph)).reason).toMatch(/join it/);
  });

  test("a unit that was found for a part of a tensor, or for fewer sums than there are", () => {
    const partly = faultIn((b, x) => {
      const part = b.slice(x, [0], [0], [1]);
      const unit = scaleOf(b, b.reduce("ReduceMax", b.op("Abs", [part]), [0, 1], false), 1 / 64);
      return times(b, b.op("QuantizeLinear", [x, unit, b.scalar("int8", 0)]));
    });
    expect(partly.reason).toMatch(/right side may pass 64/);
  });

  test("a cast to integers of what may be beyond them", () => {
    expect(faultIn((b, x) => b.cast(x, "int32"))).toMatchObject({ op: "Cast" });
    const mended = planted((b, x) => b.cast(b.cast(x, "uint8"), "float32"));
    lowerExact(mended.graph, mended.scope, 2, 0);
    expect(() => {
      verifyExact(mended.graph);
    }).not.toThrow();
  });

  test("what a kernel may fuse into one rounding", () => {
    expect(faultIn((b, x) => b.gemm(x, x, undefined, { transB: true })).op).toBe("Gemm");
    expect(faultIn((b, x) => b.mul(b.div(b.scalar("float32", 1), x), x)).reason).toMatch(/rounds once less/);
  });

  test.each(["Exp", "Tanh", "Softplus", "Erf"])("%s, whose kernels differ", (op) => {
    expect(faultIn((b, x) => b.op(op, [x]))).toMatchObject({ code: "graph/not-exact", op });
  });
});

test("what has no exact form is refused by name", () => {
  const b = planted((builder, x) => builder.op("CumSum", [x, builder.scalar("int64", 1)], { exclusive: int(0) }));
  const refusal = refusalOf(() => lowerExact(b.graph, b.scope, 2, 0));
  expect(refusal).toMatchObject({ code: "graph/not-exact", op: "CumSum" });
  expect(refusal.fix).toMatch(/native engine/);
});

test("a tensor on both sides of products is cut once for each side, whatever it is turned to", () => {
  const b = planted((builder, x) => {
    const first = builder.gemm(x, x, undefined, { transB: true });
    return builder.gemm(first, builder.transpose(builder.reshape(x, [8, 4]), [1, 0]), undefined, { alpha: 2 });
  });
  lowerExact(b.graph, b.scope, 2, 0);
  shareCommon(b.graph, b.scope);
  const cuts = b.graph.nodes.filter(({ op, inputs }) => op === "QuantizeLinear" && inputs[0]?.name === "x");
  expect(cuts).toHaveLength(2);
});

test.each([
  ["frozen weights", { frozen: ["layer0.weight"] }],
  ["LoRA", { lora: { targets: ["layer0.weight"], rank: 2, alpha: 4 } }],
  ["accumulation", { accumulationSteps: 2 }],
  ["clipping", { clipNorm: 1 }],
] as const)("%s are lowered like the rest, and train alike", async (_name, choice) => {
  const [task] = TASKS;
  if (task === undefined) throw new TypeError("There is no task.");
  const options = { ...task.options, ...choice };
  const native = await train(task, compileTraining(task.forward, options), [10]);
  const exact = await train(
    task,
    compileTraining(task.forward, { ...options, engine: { kind: "exact", slices: 2 } }),
    [10],
  );
  exact.losses.forEach((loss, step) => {
    expect(Math.abs(loss - (native.losses[step] ?? NaN))).toBeLessThan(5e-3);
  });
});

test.each([
  ["precision", { precision: "float16" }],
  ["memory budget", { memoryBudgetBytes: 2 ** 30 }],
] as const)("%s is refused beside the exact engine", (name, choice) => {
  const [task] = TASKS;
  if (task === undefined) throw new TypeError("There is no task.");
  const refusal = refusalOf(() =>
    compileTraining(task.forward, { ...task.options, ...choice, engine: { kind: "exact", slices: 2 } }),
  );
  expect(refusal.message).toContain(name);
});

describe.each(TASKS)("$name", (task) => {
  const exact = (slices: 1 | 2): CompiledTraining =>
    compileTraining(task.forward, { ...task.options, engine: { kind: "exact", slices } });
  const native = compileTraining(task.forward, task.options);

  test.each([
    [2, 2e-3],
    [1, 0.1],
  ] as const)("with %i slices 20 losses stay within %f of those of float32", async (slices, bound) => {
    const [mine, theirs] = [await train(task, exact(slices), [20]), await train(task, native, [20])];
    mine.losses.forEach((loss, step) => {
      expect(Math.abs(loss - (theirs.losses[step] ?? NaN))).toBeLessThan(bound);
    });
  });

  test("the work counts as it does natively", () => {
    expect(exact(2).report.flopsPerStep).toBe(native.report.flopsPerStep);
  });
});
