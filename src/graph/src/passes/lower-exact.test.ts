import { describe, expect, test } from "vitest";
import { Builder } from "../builder";
import { compileTraining, type CompiledTraining } from "../compile";
import { scaleOf } from "../exact/power-of-two";
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
    expect(() => {
      verifyExact(planted((b, x) => b.scale(b.sum(x, [1]), 0)).graph);
    }).not.toThrow();
    const twice = faultIn((b, x) => {
      const sum = b.sum(x, [1]);
      return b.add(b.scale(sum, 0), sum);
    });
    expect(twice.reason).toMatch(/order/);
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
