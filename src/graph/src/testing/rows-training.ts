import { float, int, text } from "../ir";
import { fed, given, type Row } from "./row";
import { build, coordinates, read, type Numbers } from "./runtime";

/** Batch normalisation of [n, c, ...] with the statistics of the batch. */
function normalised(x: Numbers, scale: Numbers, bias: Numbers, epsilon: number): Numbers {
  const moments = Array.from({ length: x.shape[1] ?? 0 }, (_, channel) => {
    const values = [...coordinates(x.shape)].filter((at) => at[1] === channel).map((at) => read(x, at));
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    return { mean, variance: values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length };
  });
  return build(x.shape, (at) => {
    const { mean = 0, variance = 0 } = moments[at[1] ?? 0] ?? {};
    const normal = (read(x, at) - mean) / Math.sqrt(variance + epsilon);
    return normal * read(scale, [at[1] ?? 0]) + read(bias, [at[1] ?? 0]);
  });
}

/** Swaps [a, b, c, d] to [c, d, a, b]: the channels come from the last axis to the second, and back. */
const turn = (x: Numbers): Numbers =>
  build(
    [2, 3, 0, 1].map((axis) => x.shape[axis] ?? 1),
    ([i = 0, j = 0, k = 0, l = 0]) => read(x, [k, l, i, j]),
  );

const unsigned = (...data: number[]) => given("uint32", [data.length], data);

/** Rows of what only the compiler emits for training. */
export const trainingRows: readonly Row[] = [
  {
    op: "BatchStatisticsNormalization",
    attributes: { epsilon: float(1e-3) },
    inputs: [fed([3, 2, 4], -1, 3), fed([2], 0.5, 2, 2), fed([2], -1, 1, 3)],
    reference: (x, scale, bias) => normalised(x, scale, bias, Math.fround(1e-3)),
  },
  {
    op: "BatchStatisticsNormalization",
    note: "images",
    inputs: [fed([2, 3, 3, 2]), fed([3], 0.5, 2, 2), fed([3], -1, 1, 3)],
    reference: (x, scale, bias) => normalised(x, scale, bias, Math.fround(1e-5)),
  },
  {
    op: "BatchStatisticsNormalization",
    note: "channels last",
    attributes: { axis: int(3) },
    inputs: [fed([2, 3, 3, 2]), fed([2], 0.5, 2, 2), fed([2], -1, 1, 3)],
    reference: (x, scale, bias) => {
      return turn(normalised(turn(x), scale, bias, Math.fround(1e-5)));
    },
  },
  {
    op: "SoftmaxCrossEntropy",
    note: "smoothed",
    float32: true,
    attributes: { smoothing: float(0.25) },
    inputs: [fed([3, 4], -3, 3), given("int64", [3], [0, 3, 1])],
    reference: (x, labels) =>
      build([3], ([i = 0]) => {
        const row = [0, 1, 2, 3].map((j) => read(x, [i, j]));
        const total = Math.log(row.reduce((sum, v) => sum + Math.exp(v), 0));
        return row.reduce((sum, v, j) => sum - (v - total) * (0.25 / 4 + (j === read(labels, [i]) ? 0.75 : 0)), 0);
      }),
  },
  {
    op: "BitwiseXor",
    inputs: [unsigned(0xffffffff, 12, 5), unsigned(0x0f0f0f0f)],
    reference: (a) => ({ ...a, data: a.data.map((x) => (x ^ 0x0f0f0f0f) >>> 0) }),
    valuesOnly: true,
  },
  {
    op: "BitwiseAnd",
    inputs: [unsigned(0xffffffff, 12, 5), unsigned(0x0f0f0f0f)],
    reference: (a) => ({ ...a, data: a.data.map((x) => (x & 0x0f0f0f0f) >>> 0) }),
    valuesOnly: true,
  },
  ...(["LEFT", "RIGHT"] as const).map((direction): Row => ({
    op: "BitShift",
    note: direction,
    attributes: { direction: text(direction) },
    inputs: [unsigned(0xffffffff, 12, 5), unsigned(3)],
    reference: (a) => ({ ...a, data: a.data.map((x) => (direction === "LEFT" ? (x << 3) >>> 0 : x >>> 3)) }),
    valuesOnly: true,
  })),
];
