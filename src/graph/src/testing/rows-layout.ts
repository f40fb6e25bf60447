import { int, ints, text } from "../ir";
import { fed, fixed, given, list, type Row } from "./row";
import { build, placeOf, read, type Numbers } from "./runtime";

const shaped =
  (...shape: number[]) =>
  (x: Numbers): Numbers => ({ ...x, shape });

export const layoutRows: readonly Row[] = [
  { op: "Reshape", note: "kept and inferred", inputs: [fed([2, 3, 4]), list(0, -1)], reference: shaped(2, 12) },
  { op: "Flatten", attributes: { axis: int(2) }, inputs: [fed([2, 3, 4])], reference: shaped(6, 4) },
  { op: "Squeeze", inputs: [fed([2, 1, 4, 1]), list(-1)], reference: shaped(2, 1, 4) },
  { op: "Unsqueeze", inputs: [fed([2, 4]), list(0, 2)], reference: shaped(1, 2, 1, 4) },
  {
    op: "Transpose",
    attributes: { perm: ints([2, 0, 1]) },
    inputs: [fed([2, 3, 4])],
    reference: (x) => build([4, 2, 3], ([a = 0, b = 0, c = 0]) => read(x, [b, c, a])),
  },
  { op: "Expand", inputs: [fed([3, 1]), list(2, 1, 4)], reference: (x) => build([2, 3, 4], (at) => read(x, at)) },
  {
    op: "Concat",
    attributes: { axis: int(-1) },
    inputs: [fed([2, 3]), fed([2, 2], -1, 1, 2), fed([2, 1], -1, 1, 3)],
    reference: (a, b, c) =>
      build([2, 6], ([i = 0, j = 0]) => (j < 3 ? read(a, [i, j]) : j < 5 ? read(b, [i, j - 3]) : (c.data[i] ?? 0))),
  },
  {
    op: "Split",
    note: "sizes",
    attributes: { axis: int(1) },
    outputs: 2,
    inputs: [fed([2, 5]), list(3, 2)],
    reference: (x) => build([2, 3], (at) => read(x, at)),
  },
  {
    op: "Split",
    note: "even",
    attributes: { num_outputs: int(3) },
    outputs: 3,
    inputs: [fed([6, 2])],
    reference: (x) => build([2, 2], (at) => read(x, at)),
  },
  {
    op: "Split",
    note: "even, by the number of outputs",
    opset: 13,
    outputs: 3,
    compared: 2,
    inputs: [fed([6, 2])],
    reference: (x) => build([2, 2], ([i = 0, j = 0]) => read(x, [i + 4, j])),
  },
  {
    op: "Split",
    note: "of a constant",
    outputs: 2,
    compared: 1,
    inputs: [fixed("int64", [3], [4, 5, 6]), list(1, 2)],
    reference: () => ({ dtype: "int64", shape: [2], data: [5, 6] }),
    valuesOnly: true,
  },
  {
    op: "Slice",
    note: "range",
    inputs: [fed([4, 5]), list(1, -4), list(3, 9007199254740991), list(0, 1)],
    reference: (x) => build([2, 4], ([i = 0, j = 0]) => read(x, [i + 1, j + 1])),
  },
  {
    op: "Slice",
    note: "step",
    inputs: [fed([4, 7]), list(1), list(7), list(1), list(2)],
    reference: (x) => build([4, 3], ([i = 0, j = 0]) => read(x, [i, 1 + 2 * j])),
  },
  {
    op: "Slice",
    note: "backwards",
    inputs: [fed([4]), list(-1), list(-9), list(0), list(-1)],
    reference: (x) => build([4], ([i = 0]) => read(x, [3 - i])),
    valuesOnly: true,
  },
  {
    op: "Pad",
    inputs: [fed([2, 3]), list(1, 0, 0, 2), fixed("float32", [], [0.5])],
    reference: (x) => build([3, 5], ([i = 0, j = 0]) => (i < 1 || j > 2 ? 0.5 : read(x, [i - 1, j]))),
  },
  {
    op: "Pad",
    note: "cutting",
    inputs: [fed([2, 5]), list(0, -1, 0, -2)],
    reference: (x) => build([2, 2], ([i = 0, j = 0]) => read(x, [i, j + 1])),
  },
  {
    op: "Gather",
    note: "embedding",
    float32: true,
    inputs: [fed([5, 3]), given("int64", [2, 2], [4, 0, 4, 2])],
    reference: (x, at) => build([2, 2, 3], ([i = 0, j = 0, k = 0]) => read(x, [read(at, [i, j]), k])),
  },
  {
    op: "Gather",
    note: "one of an inner axis",
    attributes: { axis: int(1) },
    inputs: [fed([2, 5, 3]), fixed("int64", [], [-2])],
    reference: (x) => build([2, 3], ([i = 0, k = 0]) => read(x, [i, 3, k])),
  },
  {
    op: "Gather",
    note: "inner axis",
    float32: true,
    attributes: { axis: int(1) },
    inputs: [fed([2, 5, 3]), given("int64", [2], [1, 3])],
    reference: (x, at) => build([2, 2, 3], ([i = 0, j = 0, k = 0]) => read(x, [i, read(at, [j]), k])),
  },
  {
    op: "Gather",
    note: "long table",
    inputs: [fed([5000, 2]), given("int64", [3], [4999, 7, 4999])],
    reference: (x, at) => build([3, 2], ([i = 0, k = 0]) => read(x, [read(at, [i]), k])),
  },
  {
    op: "GatherElements",
    attributes: { axis: int(1) },
    inputs: [fed([2, 4]), given("int64", [2, 3], [0, 3, 3, 1, 1, 2])],
    reference: (x, at) => build([2, 3], ([i = 0, j = 0]) => read(x, [i, read(at, [i, j])])),
  },
  ...(["none", "add"] as const).map((mode): Row => ({
    op: "ScatterElements",
    note: mode,
    attributes: { axis: int(1), reduction: text(mode) },
    inputs: [fed([2, 4]), given("int64", [2, 2], [0, 3, 1, 2]), fed([2, 2], -1, 1, 2)],
    reference: (x, at, updates) => {
      const data = [...x.data];
      at.data.forEach((column, i) => {
        const place = placeOf([Math.floor(i / 2), column], [2, 4]);
        data[place] = (mode === "add" ? (data[place] ?? 0) : 0) + (updates.data[i] ?? 0);
      });
      return { ...x, data };
    },
  })),
  {
    op: "OneHot",
    inputs: [given("int64", [3], [2, 0, 1]), fixed("int64", [1], [4]), fixed("float32", [2], [0, 1])],
    reference: (at) => build([3, 4], ([i = 0, j = 0]) => Number(read(at, [i]) === j)),
    valuesOnly: true,
  },
  {
    op: "Constant",
    attributes: { value_float: { kind: "float", value: 1.5 } },
    inputs: [],
    reference: () => ({ dtype: "float32", shape: [], data: [1.5] }),
    valuesOnly: true,
  },
  { op: "ConstantOfShape", inputs: [list(2, 3)], reference: () => build([2, 3], () => 0), valuesOnly: true },
  {
    op: "Shape",
    inputs: [fed([2, 3, 4])],
    reference: () => ({ dtype: "int64", shape: [3], data: [2, 3, 4] }),
    valuesOnly: true,
  },
  {
    op: "Range",
    inputs: [fixed("int64", [], [2]), fixed("int64", [], [9]), fixed("int64", [], [3])],
    reference: () => ({ dtype: "int64", shape: [3], data: [2, 5, 8] }),
    valuesOnly: true,
  },
  {
    op: "Trilu",
    note: "upper",
    inputs: [fed([2, 3, 4]), fixed("int64", [], [1])],
    reference: (x) => build([2, 3, 4], ([n = 0, i = 0, j = 0]) => (j - i >= 1 ? read(x, [n, i, j]) : 0)),
  },
  {
    op: "Trilu",
    note: "lower",
    attributes: { upper: int(0) },
    inputs: [fed([3, 4])],
    reference: (x) => build([3, 4], ([i = 0, j = 0]) => (j <= i ? read(x, [i, j]) : 0)),
  },
];
