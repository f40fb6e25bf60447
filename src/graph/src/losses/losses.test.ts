import { NATIVE } from "../options";
import { InferenceSession, Tensor as RuntimeTensor } from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import { gradients } from "../autodiff";
import { Builder } from "../builder";
import { arrayOf, type StoredType } from "../ir";
import { writeModel } from "../onnx/write";
import { GraphRefusal } from "../refusal";
import { finish } from "../step-graph";
import { noise } from "../testing/runtime";
import { evaluationSums, labelShape, lossSum, meanOf, type LossChoice } from "./loss";

interface Case {
  readonly name: string;
  readonly choice: LossChoice;
  readonly prediction: readonly number[];
  readonly labels: { readonly dtype: StoredType; readonly data: readonly number[] };
  /** The mean loss of predictions, by definition. */
  readonly wanted: (prediction: readonly number[]) => number;
  /** On held-out data, where that differs. */
  readonly evaluated?: (prediction: readonly number[]) => number;
}

const logSoftmax = (row: readonly number[]): number[] => {
  const total = Math.log(row.reduce((sum, v) => sum + Math.exp(v), 0));
  return row.map((v) => v - total);
};
const rowsOf = (values: readonly number[], width: number): number[][] =>
  Array.from({ length: values.length / width }, (_, i) => values.slice(i * width, (i + 1) * width));
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const targets = noise(12, 4);

const cases: readonly Case[] = [
  {
    name: "cross-entropy that ignores a label",
    choice: { kind: "crossEntropy", ignoreIndex: -100 },
    prediction: [4, 3],
    labels: { dtype: "int64", data: [2, -100, 0, -100] },
    wanted: (p) => {
      const rows = rowsOf(p, 3).map(logSoftmax);
      return -((rows[0]?.[2] ?? 0) + (rows[2]?.[0] ?? 0)) / 2;
    },
  },
  {
    name: "cross-entropy with smoothed labels",
    choice: { kind: "crossEntropy", labelSmoothing: 0.1 },
    prediction: [4, 3],
    labels: { dtype: "uint8", data: [2, 1, 0, 0] },
    wanted: (p) =>
      mean(
        rowsOf(p, 3)
          .map(logSoftmax)
          .map((row, i) => -0.9 * (row[[2, 1, 0, 0][i] ?? 0] ?? 0) - 0.1 * mean(row)),
      ),
    evaluated: (p) =>
      mean(
        rowsOf(p, 3)
          .map(logSoftmax)
          .map((row, i) => -(row[[2, 1, 0, 0][i] ?? 0] ?? 0)),
      ),
  },
  {
    name: "cross-entropy with the classes on axis 1",
    choice: { kind: "crossEntropy", classAxis: 1 },
    prediction: [2, 3, 2],
    labels: { dtype: "int64", data: [2, 0, 1, 1] },
    wanted: (p) => {
      const at = (n: number, c: number, i: number) => p[(n * 3 + c) * 2 + i] ?? 0;
      const row = (n: number, i: number) => logSoftmax([0, 1, 2].map((c) => at(n, c, i)));
      return -mean([row(0, 0)[2] ?? 0, row(0, 1)[0] ?? 0, row(1, 0)[1] ?? 0, row(1, 1)[1] ?? 0]);
    },
  },
  {
    name: "next token",
    choice: { kind: "nextToken" },
    prediction: [2, 3, 2],
    labels: { dtype: "int64", data: [0, 1, 1, 1, 0, 1] },
    wanted: (p) => {
      const rows = rowsOf(p, 2).map(logSoftmax);
      return -mean([rows[0]?.[1] ?? 0, rows[1]?.[1] ?? 0, rows[3]?.[0] ?? 0, rows[4]?.[1] ?? 0]);
    },
  },
  {
    name: "mean squared error",
    choice: { kind: "meanSquaredError" },
    prediction: [4, 3],
    labels: { dtype: "float32", data: targets },
    wanted: (p) => mean(p.map((v, i) => (v - (targets[i] ?? 0)) ** 2)),
  },
  {
    name: "mean absolute error",
    choice: { kind: "meanAbsoluteError" },
    prediction: [4, 3],
    labels: { dtype: "float32", data: targets },
    wanted: (p) => mean(p.map((v, i) => Math.abs(v - (targets[i] ?? 0)))),
  },
  {
    name: "Huber",
    choice: { kind: "huber", delta: 0.5 },
    prediction: [4, 3],
    labels: { dtype: "float32", data: targets },
    wanted: (p) =>
      mean(
        p.map((v, i) => {
          const d = Math.abs(v - (targets[i] ?? 0));
          return d <= 0.5 ? (d * d) / 2 : 0.5 * (d - 0.25);
        }),
      ),
  },
  {
    name: "binary cross-entropy",
    choice: { kind: "binaryCrossEntropy" },
    prediction: [4, 3],
    labels: { dtype: "uint8", data: [0, 1, 1, 0, 1, 0, 0, 0, 1, 1, 1, 0] },
    wanted: (p) => {
      const y = [0, 1, 1, 0, 1, 0, 0, 0, 1, 1, 1, 0];
      const yes = (v: number) => 1 / (1 + Math.exp(-v));
      return -mean(p.map((v, i) => ((y[i] ?? 0) === 1 ? Math.log(yes(v)) : Math.log(1 - yes(v)))));
    },
  },
  {
    name: "distillation",
    choice: { kind: "distillation", temperature: 2 },
    prediction: [4, 3],
    labels: { dtype: "float32", data: targets },
    wanted: (p) => {
      const soft = (values: readonly number[]) =>
        rowsOf(
          values.map((v) => v / 2),
          3,
        ).map(logSoftmax);
      const [student, teacher] = [soft(p), soft(targets)];
      const divergence = teacher.map((row, i) =>
        row.reduce((sum, q, j) => sum + Math.exp(q) * (q - (student[i]?.[j] ?? 0)), 0),
      );
      return 4 * mean(divergence);
    },
  },
];

const elements = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

async function run(b: Builder, feeds: Record<string, RuntimeTensor>): Promise<number[][]> {
  finish(b.graph, b.scope, new Set(), { engine: NATIVE, guarded: 0 });
  const session = await InferenceSession.create(writeModel(b.graph), { intraOpNumThreads: 1, logSeverityLevel: 3 });
  const results = await session.run(
    Object.fromEntries(Object.entries(feeds).filter(([name]) => session.inputNames.includes(name))),
  );
  await session.release();
  return b.graph.outputs.map(({ name }) => Array.from(results[name]?.data as Float32Array));
}

describe.each(cases.map((each) => [each.name, each] as const))(
  "%s",
  (_name, { choice, prediction, labels, wanted, evaluated = wanted }) => {
    const values = noise(elements(prediction), 7).map((v) => Math.fround(1.5 * v));
    const shape = labelShape(choice, prediction);
    const tensor = (dtype: StoredType, dims: readonly number[], data: readonly number[]) =>
      new RuntimeTensor(dtype, arrayOf(dtype, data) as Float32Array, [...dims]);

    test("has the value and the slope of its definition", async () => {
      const b = new Builder();
      const [p, y] = [b.input("p", "float32", prediction), b.input("y", labels.dtype, shape)];
      const loss = meanOf(b, lossSum(b, choice, p, y));
      b.graph.outputs = [loss, ...gradients(b, loss, [p]).flatMap((gradient) => gradient ?? [])];
      const feeds = { p: tensor("float32", prediction, values), y: tensor(labels.dtype, shape, labels.data) };
      const [value, slopes] = await run(b, feeds);
      expect(value?.[0]).toBeCloseTo(wanted(values), 5);
      const moved = (at: number, by: number) => wanted(values.map((v, i) => (i === at ? v + by : v)));
      values.forEach((_, at) => expect(slopes?.[at]).toBeCloseTo((moved(at, 1e-5) - moved(at, -1e-5)) / 2e-5, 4));
    });

    test("leaves out examples without weight when it is evaluated", async () => {
      const b = new Builder();
      const examples = prediction[0] ?? 1;
      const [p, y] = [b.input("p", "float32", prediction), b.input("y", labels.dtype, shape)];
      const { lossSum: sum, counted } = evaluationSums(b, choice, p, y, b.input("w", "float32", [examples]));
      b.graph.outputs = [sum, counted];
      const feeds = { p: tensor("float32", prediction, values), y: tensor(labels.dtype, shape, labels.data) };
      const all = { ...feeds, w: tensor("float32", [examples], new Array<number>(examples).fill(1)) };
      const [total, count] = await run(b, all);
      expect((total?.[0] ?? 0) / (count?.[0] ?? 0)).toBeCloseTo(evaluated(values), 5);
      const none = { ...feeds, w: tensor("float32", [examples], new Array<number>(examples).fill(0)) };
      expect(await run(b, none)).toEqual([[0], [0]]);
    });
  },
);

test("labels of another shape or type are refused with what is needed", () => {
  const b = new Builder();
  const p = b.input("p", "float32", [4, 3]);
  const refused = (choice: LossChoice, dtype: StoredType, shape: readonly number[]) => () =>
    lossSum(b, choice, p, b.input("y", dtype, shape));
  expect(refused({ kind: "crossEntropy" }, "float32", [4])).toThrow(GraphRefusal);
  expect(refused({ kind: "crossEntropy" }, "int64", [4, 3])).toThrow(/\[batch, classes\]/);
  expect(refused({ kind: "nextToken" }, "int64", [4, 3])).toThrow(/\[batch, tokens, vocabulary\]/);
  expect(refused({ kind: "meanSquaredError" }, "float32", [4, 2])).toThrow(/shape/);
  expect(refused({ kind: "distillation" }, "int64", [4, 3])).toThrow(/float32/);
});
