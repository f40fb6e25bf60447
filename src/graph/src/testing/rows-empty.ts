import { float, int, ints, text } from "../ir";
import { fed, fixed, given, list, type Row } from "./row";
import { build, type Numbers } from "./runtime";

/** A result without elements. */
const nothing =
  (...shape: number[]) =>
  (x: Numbers): Numbers => ({ dtype: x.dtype, shape, data: [] });

/** A result of one repeated number, from operands without elements. */
const filled =
  (value: number, ...shape: number[]) =>
  (): Numbers =>
    build(shape, () => value);

const empty = (row: Omit<Row, "note">): Row => ({ ...row, note: "empty" });

const alongRows: Row[] = [
  ...["ReduceSum", "ReduceMean", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceL1", "ReduceL2", "ReduceSumSquare"].map(
    (op) => empty({ op, inputs: [fed([2, 0, 3]), list(2)], reference: nothing(2, 0, 1) }),
  ),
  ...["ReduceLogSum", "ReduceLogSumExp"].map((op) =>
    empty({ op, inputs: [fed([0, 3]), list(1)], reference: nothing(0, 1) }),
  ),
  ...(["ReduceSum", "ReduceL1", "ReduceL2", "ReduceSumSquare", "ReduceProd"] as const).map((op): Row => ({
    op,
    note: "over an empty axis",
    inputs: [fed([2, 0, 3]), list(1)],
    reference: filled(op === "ReduceProd" ? 1 : 0, 2, 1, 3),
  })),
  ...["Softmax", "LogSoftmax"].map((op) => empty({ op, inputs: [fed([0, 5])], reference: nothing(0, 5) })),
  empty({ op: "CumSum", inputs: [fed([0, 4]), fixed("int64", [], [1])], reference: nothing(0, 4) }),
  empty({
    op: "TopK",
    outputs: 2,
    inputs: [fed([0, 4]), fixed("int64", [1], [2])],
    reference: nothing(0, 2),
    withoutRuntime: "The kernel divides by the number of elements.",
  }),
  empty({ op: "LpNormalization", inputs: [fed([0, 4])], reference: nothing(0, 4) }),
];

const layoutRows: Row[] = [
  empty({ op: "Reshape", inputs: [fed([0, 3]), list(0, 1, 3)], reference: nothing(0, 1, 3) }),
  empty({ op: "Flatten", inputs: [fed([0, 3, 2])], reference: nothing(0, 6) }),
  empty({ op: "Squeeze", inputs: [fed([0, 1, 2]), list(1)], reference: nothing(0, 2) }),
  empty({ op: "Unsqueeze", inputs: [fed([0, 2]), list(1)], reference: nothing(0, 1, 2) }),
  empty({ op: "Transpose", attributes: { perm: ints([1, 0]) }, inputs: [fed([0, 3])], reference: nothing(3, 0) }),
  empty({ op: "Expand", inputs: [fed([0, 1]), list(2, 0, 3)], reference: nothing(2, 0, 3) }),
  {
    op: "Concat",
    note: "with an empty part",
    attributes: { axis: int(0) },
    inputs: [fed([0, 3]), fed([2, 3], -1, 1, 2)],
    reference: (_none, x) => x,
  },
  {
    op: "Split",
    note: "with an empty part",
    outputs: 2,
    attributes: { axis: int(0) },
    inputs: [fed([2, 3]), list(2, 0)],
    reference: (x) => x,
  },
  {
    op: "Slice",
    note: "of nothing backwards",
    inputs: [fed([0, 3]), list(-1), list(-9), list(0), list(-1)],
    reference: nothing(0, 3),
  },
  { op: "Pad", note: "of nothing", inputs: [fed([0, 3]), list(1, 0, 1, 0)], reference: filled(0, 2, 3) },
  { op: "Tile", note: "no times", inputs: [fed([2, 3]), list(0, 1)], reference: nothing(0, 3) },
  { op: "Gather", note: "of no rows", inputs: [fed([4, 3]), given("int64", [0], [])], reference: nothing(0, 3) },
  {
    op: "Gather",
    note: "of no examples",
    attributes: { axis: int(1) },
    inputs: [fed([0, 4]), given("int64", [2], [1, 3])],
    reference: nothing(0, 2),
  },
  {
    op: "GatherElements",
    note: "of no rows",
    inputs: [fed([4, 3]), given("int64", [0, 3], [])],
    reference: nothing(0, 3),
  },
  {
    op: "GatherND",
    note: "of no rows",
    inputs: [fed([4, 3]), given("int64", [0, 1], [])],
    reference: nothing(0, 3),
  },
  {
    op: "ScatterElements",
    note: "of no rows",
    inputs: [fed([4, 3]), given("int64", [0, 3], []), fed([0, 3], -1, 1, 2)],
    reference: (x) => x,
  },
  {
    op: "ScatterND",
    note: "of no rows",
    attributes: { reduction: text("add") },
    inputs: [fed([4, 3]), given("int64", [0, 1], []), fed([0, 3], -1, 1, 2)],
    reference: (x) => x,
  },
  empty({ op: "Where", inputs: [given("bool", [1], [1]), fed([0, 3]), fed([3])], reference: (_c, x) => x }),
  empty({ op: "Trilu", inputs: [fed([0, 3, 3])], reference: nothing(0, 3, 3) }),
  empty({
    op: "DepthToSpace",
    attributes: { blocksize: int(2) },
    inputs: [fed([0, 4, 2, 2])],
    reference: nothing(0, 1, 4, 4),
  }),
  empty({
    op: "SpaceToDepth",
    attributes: { blocksize: int(2) },
    inputs: [fed([0, 1, 4, 4])],
    reference: nothing(0, 4, 2, 2),
  }),
  empty({
    op: "Resize",
    attributes: { mode: text("linear") },
    inputs: [fed([0, 2, 3, 4]), undefined, undefined, list(0, 2, 6, 8)],
    reference: nothing(0, 2, 6, 8),
    withoutRuntime: "The kernel divides by the size of the batch.",
  }),
];

const productRows: Row[] = [
  { op: "MatMul", note: "no rows", inputs: [fed([0, 4]), fed([4, 5])], reference: nothing(0, 5) },
  { op: "MatMul", note: "nothing to sum", inputs: [fed([2, 0]), fed([0, 3])], reference: filled(0, 2, 3) },
  { op: "MatMul", note: "no matrices", inputs: [fed([0, 2, 4]), fed([0, 4, 3])], reference: nothing(0, 2, 3) },
  { op: "Gemm", note: "no rows", inputs: [fed([0, 4]), fed([4, 5]), fed([5], -1, 1, 2)], reference: nothing(0, 5) },
  empty({
    op: "Einsum",
    attributes: { equation: text("bij,bjk->bik") },
    inputs: [fed([0, 2, 4]), fed([0, 4, 3])],
    reference: nothing(0, 2, 3),
  }),
  empty({
    op: "Attention",
    opset: 23,
    inputs: [fed([0, 2, 3, 4]), fed([0, 2, 5, 4]), fed([0, 2, 5, 4])],
    reference: nothing(0, 2, 3, 4),
    withoutRuntime: "The kernel refuses an empty batch.",
  }),
];

const window = { kernel_shape: ints([2, 2]), strides: ints([2, 2]) };

const examplesRows: Row[] = [
  { op: "Conv", inputs: [fed([0, 2, 4, 4]), fed([3, 2, 3, 3], -1, 1, 2)], reference: nothing(0, 3, 2, 2) },
  { op: "ConvTranspose", inputs: [fed([0, 2, 4, 4]), fed([2, 3, 3, 3], -1, 1, 2)], reference: nothing(0, 3, 6, 6) },
  { op: "MaxPool", attributes: window, inputs: [fed([0, 2, 4, 4])], reference: nothing(0, 2, 2, 2) },
  { op: "AveragePool", attributes: window, inputs: [fed([0, 2, 4, 4])], reference: nothing(0, 2, 2, 2) },
  { op: "GlobalAveragePool", inputs: [fed([0, 2, 4, 4])], reference: nothing(0, 2, 1, 1) },
  { op: "GlobalMaxPool", inputs: [fed([0, 2, 4, 4])], reference: nothing(0, 2, 1, 1) },
  {
    op: "LRN",
    attributes: { size: int(3), alpha: float(0.5) },
    inputs: [fed([0, 4, 2, 2])],
    reference: nothing(0, 4, 2, 2),
  },
  {
    op: "LayerNormalization",
    inputs: [fed([0, 6]), fed([6], 0.5, 2, 2), fed([6], -1, 1, 3)],
    reference: nothing(0, 6),
  },
  {
    op: "InstanceNormalization",
    inputs: [fed([0, 3, 4]), fed([3], 0.5, 2, 2), fed([3], -1, 1, 3)],
    reference: nothing(0, 3, 4),
  },
  { op: "RMSNormalization", opset: 23, inputs: [fed([0, 6]), fed([6], 0.5, 2, 2)], reference: nothing(0, 6) },
  {
    op: "LSTM",
    attributes: { hidden_size: int(2) },
    inputs: [fed([3, 0, 4]), fed([1, 8, 4], -1, 1, 2), fed([1, 8, 2], -1, 1, 3)],
    outputs: 3,
    reference: nothing(3, 1, 0, 2),
    withoutRuntime: "The kernel divides by the size of the batch.",
  },
].map((row): Row => ({ ...row, float32: true, note: "no examples" }));

/** Tensors with an axis of size zero: results keep their shape, gradients are empty or zero, and nothing fails. */
export const emptyRows: readonly Row[] = [...alongRows, ...layoutRows, ...productRows, ...examplesRows];
