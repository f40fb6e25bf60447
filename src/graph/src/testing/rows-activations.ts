import { float, int } from "../ir";
import { broadcastShape } from "../shape";
import { fed, fixed, given, type Row } from "./row";
import { build, read, type Numbers } from "./runtime";

const each =
  (f: (x: number) => number, dtype?: Numbers["dtype"]) =>
  (x: Numbers): Numbers => ({ ...x, dtype: dtype ?? x.dtype, data: x.data.map(f) });

const pair =
  (f: (a: number, b: number) => number, dtype?: Numbers["dtype"]) =>
  (a: Numbers, b: Numbers): Numbers =>
    build(broadcastShape(a.shape, b.shape), (at) => f(read(a, at), read(b, at)), dtype ?? a.dtype);

const hardSigmoid = (x: number, alpha: number, beta: number): number => Math.max(0, Math.min(1, alpha * x + beta));
const elu = (x: number, alpha: number): number => (x > 0 ? x : alpha * (Math.exp(x) - 1));
const SELU = { alpha: Math.fround(1.6732632423543772), gamma: Math.fround(1.0507009873554805) };
const bits = (shape: readonly number[], seed: number) =>
  given(
    "bool",
    shape,
    fed(shape, -1, 1, seed).data.map((x) => Number(x > 0)),
  );

/** Functions for which the runtime has no float64 kernel. */
const FLOAT32_ONLY = ["Tan", "Sinh", "Cosh"];

/** Functions of one number; ranges stay inside their domains. */
const functionRows: Row[] = (
  [
    ["Sin", Math.sin, -3, 3],
    ["Cos", Math.cos, -3, 3],
    ["Tan", Math.tan, -1.2, 1.2],
    ["Asin", Math.asin, -0.9, 0.9],
    ["Acos", Math.acos, -0.9, 0.9],
    ["Atan", Math.atan, -3, 3],
    ["Sinh", Math.sinh, -2, 2],
    ["Cosh", Math.cosh, -2, 2],
    ["Asinh", Math.asinh, -2, 2],
    ["Acosh", Math.acosh, 1.2, 3],
    ["Atanh", Math.atanh, -0.9, 0.9],
    ["Softsign", (x: number) => x / (1 + Math.abs(x)), -2, 2],
    ["Mish", (x: number) => x * Math.tanh(Math.log1p(Math.exp(x))), -3, 3],
    ["HardSwish", (x: number) => x * hardSigmoid(x, 1 / 6, 0.5), -5, 5],
  ] as const
).map(([op, reference, low, high]) => ({
  op,
  inputs: [fed([3, 5], low, high)],
  reference: each(reference),
  ...(FLOAT32_ONLY.includes(op) ? { float32: true } : {}),
}));

const activationRows: Row[] = [
  {
    op: "HardSigmoid",
    attributes: { alpha: float(0.3), beta: float(0.4) },
    inputs: [fed([3, 5], -3, 3)],
    reference: each((x) => hardSigmoid(x, Math.fround(0.3), Math.fround(0.4))),
  },
  {
    op: "Selu",
    float32: true,
    inputs: [fed([3, 5], -2, 2)],
    reference: each((x) => SELU.gamma * elu(x, SELU.alpha)),
  },
  {
    op: "Celu",
    attributes: { alpha: float(0.5) },
    float32: true,
    inputs: [fed([3, 5], -2, 2)],
    reference: each((x) => Math.max(0, x) + Math.min(0, 0.5 * (Math.exp(x / 0.5) - 1))),
  },
  {
    op: "ThresholdedRelu",
    attributes: { alpha: float(0.25) },
    inputs: [fed([3, 5])],
    reference: each((x) => (x > 0.25 ? x : 0)),
  },
  {
    op: "Shrink",
    attributes: { bias: float(0.125), lambd: float(0.25) },
    inputs: [fed([3, 5])],
    reference: each((x) => (x < -0.25 ? x + 0.125 : x > 0.25 ? x - 0.125 : 0)),
  },
  {
    op: "PRelu",
    inputs: [fed([2, 3, 4]), fed([3, 1], 0.1, 0.4, 2)],
    reference: pair((x, slope) => (x < 0 ? slope * x : x)),
  },
];

const valueRows: Row[] = [
  {
    op: "Round",
    inputs: [given("float32", [8], [0.5, 1.5, 2.5, -0.5, -1.5, 0.4, 1.6, -2.7])],
    reference: (x) => ({ ...x, data: [0, 2, 2, -0, -2, 0, 2, -3] }),
    valuesOnly: true,
  },
  {
    op: "IsNaN",
    inputs: [given("float32", [4], [1, Number.NaN, Infinity, 0])],
    reference: each((x) => Number(Number.isNaN(x)), "bool"),
    valuesOnly: true,
  },
  {
    op: "IsInf",
    inputs: [given("float32", [4], [1, -Infinity, Infinity, 0])],
    reference: each((x) => Number(Math.abs(x) === Infinity), "bool"),
    valuesOnly: true,
  },
  {
    op: "IsInf",
    note: "positive only",
    attributes: { detect_negative: int(0) },
    inputs: [given("float32", [4], [1, -Infinity, Infinity, 0])],
    reference: each((x) => Number(x === Infinity), "bool"),
    valuesOnly: true,
  },
  { op: "Xor", inputs: [bits([6], 1), bits([2, 1], 2)], reference: pair((a, b) => a ^ b), valuesOnly: true },
  {
    op: "CastLike",
    opset: 19,
    inputs: [fed([3, 5], -9, 9), given("int64", [1], [0])],
    reference: each(Math.trunc, "int64"),
    valuesOnly: true,
  },
  {
    op: "CastLike",
    note: "between floats",
    opset: 19,
    float32: true,
    inputs: [fed([3, 5]), fixed("float64", [1], [0])],
    reference: (x) => ({ ...x, dtype: "float64" }),
  },
  {
    op: "Mod",
    note: "sign of the divisor",
    inputs: [given("int64", [6], [-4, 7, 5, 4, -7, 8]), given("int64", [6], [2, -3, 8, -2, 3, 5])],
    reference: (x) => ({ ...x, data: [0, -2, 5, 0, 2, 3] }),
    valuesOnly: true,
  },
  {
    op: "Mod",
    note: "folded",
    inputs: [fixed("int64", [3], [-4, 7, -7]), fixed("int64", [1], [3])],
    reference: (x) => ({ ...x, data: [2, 1, 2] }),
    valuesOnly: true,
  },
];

const arithmeticRows: Row[] = [
  {
    op: "Mod",
    note: "sign of the dividend",
    attributes: { fmod: int(1) },
    inputs: [fed([2, 3], -5, 5), fed([3], 0.7, 1.3, 2)],
    reference: pair((a, b) => a % b),
  },
  {
    op: "Mean",
    inputs: [fed([2, 3]), fed([3], -1, 1, 2), fed([2, 1], -1, 1, 3)],
    reference: (a, b, c) => build([2, 3], (at) => (read(a, at) + read(b, at) + read(c, at)) / 3),
  },
  ...[-0.5, 0.75, 1.5, -2, 4, 0.25].map((p): Row => ({
    op: "Pow",
    note: `to the ${p}`,
    inputs: [fed([3, 4], 0.3, 2), fixed("float32", [], [p])],
    reference: pair((x) => x ** p),
  })),
  {
    op: "Pow",
    note: "trained exponent",
    inputs: [fed([2, 3], 0.3, 2), fed([1], 1.5, 3, 2)],
    reference: pair((x, p) => x ** p),
  },
  {
    op: "Pow",
    note: "both broadcast",
    inputs: [fed([2, 1], 0.3, 2), fed([3], -2, 2, 2)],
    reference: pair((x, p) => x ** p),
  },
  {
    op: "Pow",
    note: "whole exponents",
    inputs: [fed([2, 3], 0.3, 2), given("int64", [3], [1, 2, 3])],
    reference: pair((x, p) => x ** p),
  },
  {
    op: "Clip",
    note: "computed bounds",
    inputs: [fed([3, 5], -2, 2), fed([], -0.6, -0.5, 2), fed([], 0.6, 0.7, 3)],
    reference: (x, low, high) => each((v) => Math.min(high.data[0] ?? 0, Math.max(low.data[0] ?? 0, v)))(x),
  },
  {
    op: "Clip",
    note: "no upper bound",
    inputs: [fed([3, 5], -2, 2), fixed("float32", [], [-0.5])],
    reference: each((x) => Math.max(-0.5, x)),
  },
];

export const moreElementwiseRows: readonly Row[] = [
  ...functionRows,
  ...activationRows,
  ...valueRows,
  ...arithmeticRows,
];
