import { float, int, text } from "../ir";
import { broadcastShape } from "../shape";
import { fed, fixed, given, type Row } from "./row";
import { build, read, type Numbers } from "./runtime";

/** erf by its Maclaurin series, good to 1e-12 for |x| < 3. */
function erf(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; n < 80; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

const each =
  (f: (x: number) => number) =>
  (x: Numbers): Numbers => ({ ...x, data: x.data.map(f) });

const pair =
  (f: (a: number, b: number) => number, dtype?: Numbers["dtype"]) =>
  (a: Numbers, b: Numbers): Numbers =>
    build(broadcastShape(a.shape, b.shape), (at) => f(read(a, at), read(b, at)), dtype ?? a.dtype);

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const normal = (x: number): number => 0.5 * (1 + erf(x / Math.SQRT2));
const bits = (shape: readonly number[], seed: number) =>
  given(
    "bool",
    shape,
    fed(shape, -1, 1, seed).data.map((x) => Number(x > 0)),
  );

const unaryRows: Row[] = [
  { op: "Abs", inputs: [fed([3, 5])], reference: each(Math.abs) },
  { op: "Neg", inputs: [fed([3, 5])], reference: each((x) => -x) },
  { op: "Sign", inputs: [fed([3, 5])], reference: each(Math.sign), valuesOnly: true },
  { op: "Floor", inputs: [fed([3, 5], -3, 3)], reference: each(Math.floor), valuesOnly: true },
  { op: "Ceil", inputs: [fed([3, 5], -3, 3)], reference: each(Math.ceil), valuesOnly: true },
  { op: "Relu", inputs: [fed([3, 5])], reference: each((x) => Math.max(0, x)) },
  {
    op: "LeakyRelu",
    attributes: { alpha: float(0.25) },
    inputs: [fed([3, 5])],
    reference: each((x) => (x > 0 ? x : 0.25 * x)),
  },
  {
    op: "Elu",
    attributes: { alpha: float(0.5) },
    float32: true,
    inputs: [fed([3, 5])],
    reference: each((x) => (x > 0 ? x : 0.5 * (Math.exp(x) - 1))),
  },
  { op: "Sigmoid", inputs: [fed([3, 5], -3, 3)], reference: each(sigmoid) },
  { op: "Tanh", inputs: [fed([3, 5], -3, 3)], reference: each(Math.tanh) },
  { op: "Erf", float32: true, inputs: [fed([3, 5], -2, 2)], reference: each(erf) },
  { op: "Exp", inputs: [fed([3, 5], -3, 3)], reference: each(Math.exp) },
  { op: "Log", inputs: [fed([3, 5], 0.2, 3)], reference: each(Math.log) },
  { op: "Sqrt", inputs: [fed([3, 5], 0.2, 3)], reference: each(Math.sqrt) },
  { op: "Reciprocal", inputs: [fed([3, 5], 0.4, 2)], reference: each((x) => 1 / x) },
  { op: "Softplus", inputs: [fed([3, 5], -4, 4)], reference: each((x) => Math.log1p(Math.exp(x))) },
  { op: "Not", inputs: [bits([7], 3)], reference: each((x) => 1 - x), valuesOnly: true },
  { op: "Gelu", note: "erf", float32: true, inputs: [fed([3, 5], -2, 2)], reference: each((x) => x * normal(x)) },
  {
    op: "Gelu",
    note: "tanh",
    attributes: { approximate: text("tanh") },
    inputs: [fed([3, 5], -2, 2)],
    reference: each((x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)))),
  },
  {
    op: "Clip",
    inputs: [fed([3, 5], -2, 2), fixed("float32", [], [-0.5]), fixed("float32", [], [0.75])],
    reference: (x) => each((v) => Math.min(0.75, Math.max(-0.5, v)))(x),
  },
  {
    op: "Cast",
    attributes: { to: int(7) },
    inputs: [fed([3, 5], -9, 9)],
    reference: (x) => ({ ...x, dtype: "int64", data: x.data.map(Math.trunc) }),
    valuesOnly: true,
  },
  {
    op: "Cast",
    note: "between floats",
    attributes: { to: int(11) },
    float32: true,
    inputs: [fed([3, 5])],
    reference: (x) => ({ ...x, dtype: "float64" }),
  },
  { op: "Identity", inputs: [fed([3, 5])], reference: (x) => x },
  { op: "Dropout", inputs: [fed([3, 5])], reference: (x) => x },
];

const binaryRows: Row[] = [
  { op: "Add", inputs: [fed([2, 3, 4]), fed([3, 1], -1, 1, 2)], reference: pair((a, b) => a + b) },
  { op: "Sub", inputs: [fed([4]), fed([2, 3, 4], -1, 1, 2)], reference: pair((a, b) => a - b) },
  { op: "Mul", inputs: [fed([2, 3, 4]), fed([1, 4], -1, 1, 2)], reference: pair((a, b) => a * b) },
  { op: "Div", inputs: [fed([2, 3, 4]), fed([3, 1], 0.5, 2, 2)], reference: pair((a, b) => a / b) },
  { op: "Pow", note: "square", inputs: [fed([3, 4]), fixed("float32", [], [2])], reference: pair((a) => a * a) },
  { op: "Pow", note: "cube", inputs: [fed([3, 4]), fixed("float32", [], [3])], reference: pair((a) => a ** 3) },
  {
    op: "Pow",
    note: "root",
    inputs: [fed([3, 4], 0.3, 2), fixed("float32", [], [0.5])],
    reference: pair((a) => Math.sqrt(a)),
  },
  {
    op: "Pow",
    note: "fraction",
    inputs: [fed([3, 4], 0.3, 2), fixed("float32", [1], [-1.7])],
    reference: pair((a) => a ** Math.fround(-1.7)),
  },
  { op: "Max", inputs: [fed([2, 3]), fed([3], -1, 1, 2)], reference: pair(Math.max) },
  { op: "Min", inputs: [fed([2, 3]), fed([3], -1, 1, 2)], reference: pair(Math.min) },
  {
    op: "Max",
    note: "three",
    inputs: [fed([2, 3]), fed([3], -1, 1, 2), fed([2, 1], -1, 1, 3)],
    reference: (a, b, c) => pair(Math.max)(pair(Math.max)(a, b), c),
  },
  {
    op: "Sum",
    inputs: [fed([2, 3]), fed([3], -1, 1, 2), fed([2, 1], -1, 1, 3)],
    reference: (a, b, c) => pair((x, y) => x + y)(pair((x, y) => x + y)(a, b), c),
  },
  ...(["Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual"] as const).map((op): Row => ({
    op,
    inputs: [given("float32", [6], [1, 2, 3, 1, 5, 0]), given("float32", [2, 1], [1, 3])],
    reference: pair(
      (a, b) =>
        Number({ Equal: a === b, Greater: a > b, GreaterOrEqual: a >= b, Less: a < b, LessOrEqual: a <= b }[op]),
      "bool",
    ),
    valuesOnly: true,
  })),
  { op: "And", inputs: [bits([6], 1), bits([2, 1], 2)], reference: pair((a, b) => a & b), valuesOnly: true },
  { op: "Or", inputs: [bits([6], 1), bits([2, 1], 2)], reference: pair((a, b) => a | b), valuesOnly: true },
  {
    op: "Where",
    inputs: [bits([3, 1], 4), fed([2, 3, 4]), fed([4], -1, 1, 2)],
    reference: (c, a, b) => build([2, 3, 4], (at) => (read(c, at) === 1 ? read(a, at) : read(b, at))),
  },
];

export const elementwiseRows: readonly Row[] = [...unaryRows, ...binaryRows];
