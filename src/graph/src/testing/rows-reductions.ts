import { int, ints } from "../ir";
import { fed, fixed, given, list, type Row } from "./row";
import { reduced, squeezed, total } from "./reduced";
import { build, read, type Numbers } from "./runtime";

const squares = (values: number[]): number => total(values.map((x) => x * x));
const folds: readonly (readonly [string, (values: number[]) => number])[] = [
  ["ReduceMin", (values) => Math.min(...values)],
  ["ReduceProd", (values) => values.reduce((a, b) => a * b, 1)],
  ["ReduceL1", (values) => total(values.map(Math.abs))],
  ["ReduceL2", (values) => Math.sqrt(squares(values))],
  ["ReduceSumSquare", squares],
  ["ReduceLogSum", (values) => Math.log(total(values))],
  ["ReduceLogSumExp", (values) => Math.log(total(values.map(Math.exp)))],
];

const foldRows: Row[] = folds.flatMap(([op, fold]): Row[] => {
  const low = op === "ReduceLogSum" ? 0.2 : -2;
  return [
    { op, note: "kept", inputs: [fed([2, 5, 3], low, 2), list(1)], reference: (x) => reduced(x, [1], fold) },
    {
      op,
      note: "two axes",
      attributes: { keepdims: int(0) },
      inputs: [fed([2, 3, 4], low, 2), list(0, -1)],
      reference: (x) => squeezed(reduced(x, [0, 2], fold), 3),
    },
    { op, note: "all", inputs: [fed([2, 3], low, 2)], reference: (x) => reduced(x, [0, 1], fold) },
  ];
});

/** Running sums along axis 1 of a matrix. */
const running = (x: Numbers, exclusive: boolean, reverse: boolean): Numbers =>
  build(x.shape, ([i = 0, j = 0]) => {
    let sum = 0;
    for (let k = 0; k < (x.shape[1] ?? 0); k++) {
      const before = reverse ? k > j : k < j;
      if (before || (k === j && !exclusive)) sum += read(x, [i, k]);
    }
    return sum;
  });

/** Values or places of the first k along axis 1 of a matrix, by a sign of order. */
const leading = (x: Numbers, k: number, sign: number, places: boolean): Numbers =>
  build(
    [x.shape[0] ?? 0, k],
    ([i = 0, j = 0]) => {
      const row = Array.from({ length: x.shape[1] ?? 0 }, (_, at) => at).sort(
        (a, b) => sign * (read(x, [i, b]) - read(x, [i, a])),
      );
      return places ? (row[j] ?? 0) : read(x, [i, row[j] ?? 0]);
    },
    places ? "int64" : x.dtype,
  );

export const reductionRows: readonly Row[] = [
  ...foldRows,
  ...(["ReduceL2", "ReduceMin", "ReduceLogSumExp"] as const).map((op): Row => ({
    op,
    note: "axes as an attribute",
    opset: 13,
    attributes: { axes: ints([-1]), keepdims: int(0) },
    inputs: [fed([2, 3, 4])],
    reference: (x) => squeezed(reduced(x, [2], folds.find(([name]) => name === op)?.[1] ?? total), 2, 3),
  })),
  {
    op: "ReduceSumSquare",
    note: "over no axes",
    attributes: { noop_with_empty_axes: int(1) },
    inputs: [fed([2, 3])],
    reference: (x) => reduced(x, [], squares),
  },
  {
    op: "ReduceProd",
    note: "with zeros",
    inputs: [given("float32", [2, 3], [0, 2, 3, 0, 0, 5]), list(1)],
    reference: (x) => reduced(x, [1], (values) => values.reduce((a, b) => a * b, 1)),
  },
  {
    op: "ReduceL2",
    note: "of zeros",
    inputs: [given("float32", [2, 2], [0, 0, 0, 0]), list(1)],
    reference: (x) => reduced(x, [1], (values) => Math.sqrt(squares(values))),
  },
  {
    op: "ReduceProd",
    note: "of a shape",
    attributes: { keepdims: int(0) },
    inputs: [fixed("int64", [3], [2, 3, 4])],
    reference: () => ({ dtype: "int64", shape: [], data: [24] }),
    valuesOnly: true,
  },
  {
    op: "ReduceSum",
    note: "of a constant",
    inputs: [fixed("int64", [2, 3], [1, 2, 3, 4, 5, 6]), list(0)],
    reference: () => ({ dtype: "int64", shape: [1, 3], data: [5, 7, 9] }),
    valuesOnly: true,
  },
  ...[false, true].flatMap((exclusive) =>
    [false, true].map((reverse): Row => ({
      op: "CumSum",
      note: `${exclusive ? "exclusive" : "inclusive"}, ${reverse ? "backwards" : "forwards"}`,
      attributes: { exclusive: int(Number(exclusive)), reverse: int(Number(reverse)) },
      inputs: [fed([3, 4]), fixed("int64", [], [-1])],
      reference: (x) => running(x, exclusive, reverse),
    })),
  ),
  {
    op: "TopK",
    note: "greatest",
    outputs: 2,
    inputs: [fed([3, 6]), fixed("int64", [1], [3])],
    reference: (x) => leading(x, 3, 1, false),
  },
  {
    op: "TopK",
    note: "least",
    outputs: 2,
    attributes: { largest: int(0), axis: int(1) },
    inputs: [fed([3, 6]), fixed("int64", [1], [2])],
    reference: (x) => leading(x, 2, -1, false),
  },
  {
    op: "TopK",
    note: "places",
    outputs: 2,
    compared: 1,
    inputs: [fed([3, 6]), fixed("int64", [1], [3])],
    reference: (x) => leading(x, 3, 1, true),
    valuesOnly: true,
  },
  {
    op: "ArgMin",
    attributes: { axis: int(1), keepdims: int(1) },
    inputs: [fed([3, 5])],
    reference: (x) => leading(x, 1, -1, true),
    valuesOnly: true,
  },
  {
    op: "Hardmax",
    attributes: { axis: int(1) },
    inputs: [fed([2, 4, 3])],
    reference: (x) => {
      const top = reduced(x, [1], (values) => Math.max(...values));
      return build(x.shape, (at) => Number(read(x, at) === read(top, at)));
    },
    valuesOnly: true,
  },
  ...[1, 2].map((p): Row => ({
    op: "LpNormalization",
    note: `p = ${p}`,
    attributes: { axis: int(1), p: int(p) },
    inputs: [fed([2, 4, 3])],
    reference: (x) => {
      const norm = reduced(x, [1], (values) => total(values.map((v) => Math.abs(v) ** p)) ** (1 / p));
      return build(x.shape, (at) => read(x, at) / read(norm, at));
    },
  })),
];
