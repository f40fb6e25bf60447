import { NATIVE } from "../options";
import { describe, expect, test } from "vitest";
import { InferenceSession, Tensor as RuntimeTensor } from "onnxruntime-node";
import { gradients } from "../autodiff";
import { Builder } from "../builder";
import { importForward } from "../import-forward";
import { arrayOf, isFloat, numbersOf, sizeOf, type StoredType, type TypedArray, type Value } from "../ir";
import { readModel } from "../onnx/read";
import { writeModel } from "../onnx/write";
import { finish } from "../step-graph";
import { buyerRows } from "../testing/all-rows";
import { compilerRows as compiledProductRows } from "../testing/rows-products";
import { imageRows } from "../testing/rows-images";
import { trainingRows } from "../testing/rows-training";
import type { Operand, Row } from "../testing/row";
import { noise, type Numbers } from "../testing/runtime";
import { evaluationEffects } from "../testing/effects";
import { rowModel } from "../testing/row-model";
import { operators } from ".";
import { gradientVerdict } from "./operator";

const compilerRows = [...compiledProductRows, ...trainingRows, ...imageRows];
const allRows = [...buyerRows, ...compilerRows];
const title = (row: Row): string => `${row.op}${row.note === undefined ? "" : ` (${row.note})`}`;

async function run(model: Uint8Array, feeds: Record<string, RuntimeTensor>): Promise<Record<string, RuntimeTensor>> {
  const session = await InferenceSession.create(model, {
    intraOpNumThreads: 1,
    graphOptimizationLevel: "disabled",
    logSeverityLevel: 3,
  });
  const wanted = Object.fromEntries(Object.entries(feeds).filter(([name]) => session.inputNames.includes(name)));
  const results = await session.run(wanted);
  await session.release();
  return results;
}

const tensorOf = ({ dtype, shape }: Pick<Value, "dtype" | "shape">, data: readonly number[]): RuntimeTensor =>
  new RuntimeTensor(dtype as StoredType, arrayOf(dtype, data) as Float32Array, [...shape]);

/** Puts a row's node into a graph of ours; float operands get the element type. */
function place(row: Row, dtype: "float32" | "float64"): { b: Builder; fed: Value[]; y: Value } {
  const b = new Builder();
  const retyped = (operand: Operand): Operand => (operand.dtype === "float32" ? { ...operand, dtype } : operand);
  const known = new Map<string, Value>();
  const fed: Value[] = [];
  const values = row.inputs.map((operand, i) => {
    if (operand === undefined) return undefined;
    const { dtype: type, shape, data, constant } = retyped(operand);
    const value = constant ? b.constant(type, shape, arrayOf(type, data)) : b.input(`x${i}`, type, shape);
    if (!constant) fed.push(value);
    known.set(`x${i}`, value);
    return value;
  });
  if (compilerRows.includes(row)) return { b, fed, y: required(b.node(row.op, values, row.attributes)[0]) };
  const typed =
    row.op === "OneHot" ? row : { ...row, inputs: row.inputs.map((operand) => operand && retyped(operand)) };
  const model = readModel(rowModel(typed));
  return { b, fed, y: required(importForward(b, model, known, evaluationEffects).get(`y${row.compared ?? 0}`)) };
}

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("missing");
  return value;
}

function feedsOf(row: Row, fed: readonly Value[]): Record<string, RuntimeTensor> {
  return Object.fromEntries(
    fed.map((value) => [value.name, tensorOf(value, required(row.inputs[Number(value.name.slice(1))]).data)]),
  );
}

function expectClose(actual: readonly number[], wanted: readonly number[], tolerance: number): void {
  expect(actual.length).toBe(wanted.length);
  const scale = Math.max(1, ...wanted.map(Math.abs));
  actual.forEach((x, i) =>
    expect(Math.abs(x - (wanted[i] ?? Number.NaN)), `element ${i}: ${x} instead of ${wanted[i]}`).toBeLessThan(
      tolerance * scale,
    ),
  );
}

const present = (row: Row): Numbers[] => row.inputs.flatMap((operand) => (operand === undefined ? [] : [operand]));

describe("the operator table", () => {
  test("has a row for every operator, and a verdict on its gradient", () => {
    const covered = new Set(allRows.map(({ op }) => op));
    const unrowed = [...operators.keys()].filter((name) => !covered.has(name));
    // The Loop is no operand-to-result map; the segment tests run it. Bytes with a sign stand inside exact graphs only, whose
    // products are compared with whole numbers of any size in exact/products.test.ts.
    expect(unrowed).toEqual(["DequantizeLinear", "Loop", "MatMulInteger", "QuantizeLinear"]);
    for (const operator of operators.values()) expect(["rule", "none", "refused"]).toContain(gradientVerdict(operator));
    for (const operator of operators.values()) {
      const rows = allRows.filter(({ op }) => op === operator.name);
      if (gradientVerdict(operator) === "rule")
        expect(
          rows.some((row) => row.valuesOnly === undefined),
          `${operator.name} needs a gradient row`,
        ).toBe(true);
    }
  });

  test.each(allRows.map((row) => [title(row), row] as const))("forward of %s", async (_title, row) => {
    const { b, fed, y } = place(row, "float32");
    b.graph.outputs = [y];
    finish(b.graph, b.scope, new Set(), { engine: NATIVE, guarded: 0 });
    const out = required(b.graph.outputs[0]);
    const wanted = row.reference(...present(row));
    expect(out.dtype).toBe(wanted.dtype);
    expect(out.shape).toEqual(wanted.shape);
    if (out.data !== undefined) {
      expectClose(numbersOf(out.data), wanted.data, 2e-5);
    } else {
      const direct = fed.includes(out) ? b.cast(b.cast(out, "float64"), out.dtype) : out;
      const ours = await run(writeModel({ ...b.graph, outputs: [direct] }), feedsOf(row, fed));
      expectClose(numbersOf(required(ours[direct.name]).data as TypedArray), wanted.data, 2e-5);
    }
    if (compilerRows.includes(row) || row.withoutRuntime !== undefined) return;
    const feeds = Object.fromEntries(
      row.inputs.flatMap((operand, i) =>
        operand === undefined || operand.constant ? [] : [[`x${i}`, tensorOf(operand, operand.data)]],
      ),
    );
    const theirs = await run(rowModel(row), feeds);
    const theirOutput = required(theirs[`y${row.compared ?? 0}`]);
    expect(theirOutput.dims).toEqual(wanted.shape);
    expectClose(numbersOf(theirOutput.data as TypedArray), wanted.data, 2e-5);
  });

  const differentiable = allRows.filter((row) => row.valuesOnly === undefined);
  test.each(differentiable.map((row) => [title(row), row] as const))("gradient of %s", async (_title, row) => {
    const dtype = row.float32 === true ? "float32" : "float64";
    const { b, fed, y } = place(row, dtype);
    const wrt = fed.filter((value) => isFloat(value.dtype));
    const weights = noise(sizeOf(y.shape), 9);
    const cotangent = b.input("cotangent", y.dtype, y.shape);
    const loss = b.sum(
      b.mul(y, cotangent),
      y.shape.map((_, axis) => axis),
    );
    b.graph.outputs = gradients(b, loss, wrt).map(required);
    finish(b.graph, b.scope, new Set(), { engine: NATIVE, guarded: 0 });
    const results = await run(writeModel(b.graph), { ...feedsOf(row, fed), cotangent: tensorOf(cotangent, weights) });
    wrt.forEach((value, i) => {
      const index = Number(value.name.slice(1));
      const ours = numbersOf(required(results[required(b.graph.outputs[i]).name]).data as TypedArray);
      const numeric = centralDifferences(row, index, weights);
      expect(ours.length).toBe(sizeOf(value.shape));
      // Long tables are compared where they were touched; the rest must be zero.
      expectClose(
        numeric.map(([at]) => ours[at] ?? Number.NaN),
        numeric.map(([, slope]) => slope),
        dtype === "float64" ? 2e-7 : 2e-4,
      );
    });
  });
});

/** Slopes of the weighted sum of the reference, by element of one operand; all elements, or 40 of a large operand. */
function centralDifferences(row: Row, index: number, weights: readonly number[]): [at: number, slope: number][] {
  const h = 1e-5;
  const operand = required(row.inputs[index]);
  const value = (at: number, by: number): number => {
    const inputs = row.inputs.flatMap((each, i) => {
      if (each === undefined) return [];
      return [i === index ? { ...each, data: each.data.map((x, k) => (k === at ? x + by : x)) } : each];
    });
    return row.reference(...inputs).data.reduce((sum, x, k) => sum + x * (weights[k] ?? 0), 0);
  };
  const count = operand.data.length;
  const step = Math.max(1, Math.floor(count / 40));
  const places = Array.from({ length: count }, (_, at) => at).filter((at) => at % step === 0 || at === count - 1);
  return places.map((at) => [at, (value(at, h) - value(at, -h)) / (2 * h)]);
}
