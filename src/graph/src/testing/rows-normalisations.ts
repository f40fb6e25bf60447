import { float, int, ints } from "../ir";
import { mean, reduced } from "./reduced";
import { fed, type Row } from "./row";
import { build, read, type Numbers } from "./runtime";

const EPSILON = Math.fround(1e-5);

/** Mean 0 and variance 1 over the axes. */
function normalised(x: Numbers, axes: readonly number[], deviation: (variance: number) => number): Numbers {
  const centre = reduced(x, axes, mean);
  const centred = build(x.shape, (at) => read(x, at) - read(centre, at));
  const variance = reduced({ ...centred, data: centred.data.map((v) => v * v) }, axes, mean);
  return build(x.shape, (at) => read(centred, at) / deviation(read(variance, at)));
}

const usual = (variance: number): number => Math.sqrt(variance + EPSILON);

/** Groups of channels of [2, 4, 3, 2] as one axis each. */
const grouped = (x: Numbers, groups: number): Numbers => ({
  ...normalised({ ...x, shape: [2, groups, 24 / groups] }, [2], usual),
  shape: x.shape,
});

const rootMeanSquare = (x: Numbers, axes: readonly number[]): Numbers =>
  reduced({ ...x, data: x.data.map((v) => v * v) }, axes, (values) => Math.sqrt(mean(values) + EPSILON));

export const normalisationRows: readonly Row[] = [
  {
    op: "InstanceNormalization",
    inputs: [fed([2, 3, 4, 2]), fed([3], 0.5, 2, 2), fed([3], -1, 1, 3)],
    reference: (x, w, c) => {
      const normal = normalised(x, [2, 3], usual);
      return build(x.shape, (at) => read(normal, at) * (w.data[at[1] ?? 0] ?? 0) + (c.data[at[1] ?? 0] ?? 0));
    },
  },
  {
    op: "GroupNormalization",
    note: "scale a channel",
    opset: 21,
    attributes: { num_groups: int(2), epsilon: float(1e-5) },
    inputs: [fed([2, 4, 3, 2]), fed([4], 0.5, 2, 2), fed([4], -1, 1, 3)],
    reference: (x, w, c) => {
      const normal = grouped(x, 2);
      return build(x.shape, (at) => read(normal, at) * (w.data[at[1] ?? 0] ?? 0) + (c.data[at[1] ?? 0] ?? 0));
    },
  },
  {
    op: "GroupNormalization",
    note: "scale a group",
    opset: 18,
    attributes: { num_groups: int(2) },
    inputs: [fed([2, 4, 3, 2]), fed([2], 0.5, 2, 2), fed([2], -1, 1, 3)],
    reference: (x, w, c) => {
      const normal = grouped(x, 2);
      const group = (at: readonly number[]) => Math.floor((at[1] ?? 0) / 2);
      return build(x.shape, (at) => read(normal, at) * (w.data[group(at)] ?? 0) + (c.data[group(at)] ?? 0));
    },
  },
  {
    op: "RMSNormalization",
    note: "last axis",
    opset: 23,
    inputs: [fed([2, 3, 6]), fed([6], 0.5, 2, 2)],
    reference: (x, w) => {
      const size = rootMeanSquare(x, [2]);
      return build(x.shape, (at) => (read(x, at) / read(size, at)) * read(w, at));
    },
  },
  {
    op: "RMSNormalization",
    note: "two axes",
    opset: 23,
    attributes: { axis: int(1) },
    inputs: [fed([2, 3, 4]), fed([3, 4], 0.5, 2, 2)],
    reference: (x, w) => {
      const size = rootMeanSquare(x, [1, 2]);
      return build(x.shape, (at) => (read(x, at) / read(size, at)) * read(w, at));
    },
  },
  {
    op: "MeanVarianceNormalization",
    note: "usual axes",
    inputs: [fed([2, 3, 4, 2])],
    reference: (x) => normalised(x, [0, 2, 3], (variance) => Math.sqrt(variance) + 1e-9),
  },
  {
    op: "MeanVarianceNormalization",
    note: "one axis",
    attributes: { axes: ints([1]) },
    inputs: [fed([2, 5])],
    reference: (x) => normalised(x, [1], (variance) => Math.sqrt(variance) + 1e-9),
  },
];
