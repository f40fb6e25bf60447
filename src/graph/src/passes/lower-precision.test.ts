import { describe, expect, test } from "vitest";
import { gradients } from "../autodiff";
import { Builder } from "../builder";
import { isHalf, type Graph, type HalfType, type Value } from "../ir";
import { peakBytes } from "../liveness";
import { writeModel } from "../onnx/write";
import { toHalf } from "../testing/half";
import { runModel } from "../testing/run-training";
import { noise } from "../testing/runtime";
import { verify } from "../verify";
import { lowerPrecision, roundAgain } from "./lower-precision";

const HALVES = ["float16", "bfloat16"] as const;
/** Products of one term each, so that nothing depends on an order of summation. */
const x = [...noise(6, 1).map((v) => Math.fround(3 * v)), 0, -0, 1e-6, -3e-8].map(Math.fround);
const w = noise(4, 2).map(Math.fround);
const g = noise(40, 3).map(Math.fround);

const rounded = (values: readonly number[], half: HalfType) => values.map((value) => toHalf(value, half));
/** A sum starts at a zero without a sign. */
const outer = (a: readonly number[], b: readonly number[]) => a.flatMap((p) => b.map((q) => Math.fround(0 + p * q)));

/** y = x w with [10, 1] and [1, 4], and the gradients of the sum of y g. */
function product(half: HalfType): { b: Builder; x: Value; w: Value; forward: Value } {
  const b = new Builder();
  const [left, right, factor] = [
    b.input("x", "float32", [10, 1]),
    b.input("w", "float32", [1, 4]),
    b.input("g", "float32", [10, 4]),
  ];
  const y = b.op("MatMul", [left, right]);
  const loss = b.sum(b.mul(y, factor), [0, 1]);
  b.graph.outputs = [y, loss];
  lowerPrecision(b.graph, b.scope, half);
  verify(b.graph, "lowering precision");
  return { b, x: left, w: right, forward: b.graph.outputs[1] ?? loss };
}

const halvesIn = (graph: Graph): number =>
  graph.nodes.filter(({ outputs }) => outputs.some(({ dtype }) => isHalf(dtype))).length;

async function run(b: Builder, names: readonly string[]): Promise<number[][]> {
  const model = writeModel(b.graph, { names: new Map(b.graph.outputs.map((value, i) => [value, names[i] ?? ""])) });
  const fed = {
    x: { dtype: "float32", shape: [10, 1], data: x },
    w: { dtype: "float32", shape: [1, 4], data: w },
  } as const;
  const outputs = await runModel(model, { ...fed, g: { dtype: "float32", shape: [10, 4], data: g } });
  return names.map((name) => Array.from(outputs.get(name) ?? []));
}

describe.each(HALVES)("a product in %s", (half) => {
  test("takes rounded operands and rounds its result, to the bit", async () => {
    const { b } = product(half);
    const [y] = await run(b, ["y", "loss"]);
    expect(y).toEqual(rounded(outer(rounded(x, half), rounded(w, half)), half));
    expect(y).not.toEqual(outer(x, w));
  });

  test("has gradients that are products of rounded operands, rounded", async () => {
    const { b, x: left, forward } = product(half);
    const [dx] = gradients(b, forward, [left]);
    b.graph.outputs = [dx ?? left];
    const [found = []] = await run(b, ["dx"]);
    const [dy, right] = [rounded(g, half), rounded(w, half)];
    const step = half === "float16" ? 2 ** -10 : 2 ** -7;
    found.forEach((value, i) => {
      const wanted = right.reduce((sum, weight, j) => sum + weight * (dy[i * 4 + j] ?? 0), 0);
      expect(value).toBe(toHalf(value, half));
      expect(Math.abs(value - wanted)).toBeLessThanOrEqual(step * Math.abs(wanted));
    });
  });

  test("leaves what is no product alone", () => {
    const b = new Builder();
    b.graph.outputs = [b.op("Softmax", [b.exp(b.sum(b.input("x", "float32", [4, 4]), [1], true))])];
    lowerPrecision(b.graph, b.scope, half);
    expect(halvesIn(b.graph)).toBe(0);
  });

  test("does not round again what only moved since", () => {
    const b = new Builder();
    const first = b.gemm(b.input("x", "float32", [4, 6]), b.input("w", "float32", [6, 6]));
    b.graph.outputs = [b.gemm(b.transpose(b.reshape(first, [6, 4]), [1, 0]), b.input("v", "float32", [6, 2]))];
    lowerPrecision(b.graph, b.scope, half);
    // Three weights and inputs, two results.
    expect(halvesIn(b.graph)).toBe(5);
  });

  test("is rounded anew in the backward pass: less is held, and the bits stay", async () => {
    const results = [];
    for (const again of [false, true]) {
      const { b, w: right, forward } = product(half);
      const before = new Set(b.graph.nodes);
      const [dw] = gradients(b, forward, [right]);
      b.graph.outputs = [dw ?? right];
      if (again) roundAgain(b.graph, b.scope, before);
      verify(b.graph, "rounding again");
      const backward = b.graph.nodes.filter((node) => !before.has(node));
      const held = backward
        .flatMap(({ inputs }) => inputs)
        .some((value) => value?.dtype === "float32" && value.producer?.op === "Cast" && before.has(value.producer));
      expect(held).toBe(!again);
      results.push(await run(b, ["dw"]));
    }
    expect(results[0]).toEqual(results[1]);
  });
});

test("what is rounded from a value that nothing else keeps is held in half", () => {
  const peak = (again: boolean): number => {
    const b = new Builder();
    const right = b.input("w", "float32", [512, 512]);
    const image = b.exp(b.input("x", "float32", [512, 512]));
    const loss = b.sum(b.exp(b.exp(b.gemm(image, right))), [0, 1]);
    b.graph.outputs = [loss];
    lowerPrecision(b.graph, b.scope, "float16");
    const before = new Set(b.graph.nodes);
    const [dw] = gradients(b, b.graph.outputs[0] ?? loss, [right]);
    b.graph.outputs = [dw ?? right];
    if (again) roundAgain(b.graph, b.scope, before);
    return peakBytes(b.graph);
  };
  expect(peak(true)).toBeLessThan(peak(false));
});
