import { int, ints, text } from "../ir";
import { fed, fixed, given, list, type Row } from "./row";
import { build, placeOf, read, type Numbers } from "./runtime";

const scattered = (x: Numbers, at: Numbers, updates: Numbers, adds: boolean): Numbers => {
  const depth = at.shape.at(-1) ?? 0;
  const rest = x.shape.slice(depth).reduce((a, b) => a * b, 1);
  const data = [...x.data];
  for (let row = 0; row < at.data.length / depth; row++) {
    const coordinate = at.data.slice(row * depth, (row + 1) * depth).map((n, i) => (n < 0 ? n + (x.shape[i] ?? 0) : n));
    const first = placeOf([...coordinate, ...x.shape.slice(depth).map(() => 0)], x.shape);
    for (let k = 0; k < rest; k++)
      data[first + k] = (adds ? (data[first + k] ?? 0) : 0) + (updates.data[row * rest + k] ?? 0);
  }
  return { ...x, data };
};

const borders: Record<string, (at: number, size: number) => number> = {
  edge: (at, size) => Math.max(0, Math.min(size - 1, at)),
  reflect: (at, size) => (at < 0 ? -at : at >= size ? 2 * (size - 1) - at : at),
  wrap: (at, size) => (at + size) % size,
};

const padRows: Row[] = Object.entries(borders).map(([mode, place]) => ({
  op: "Pad",
  note: mode,
  attributes: { mode: text(mode) },
  inputs: [fed([2, 3, 4]), list(0, 2, 1, 0, 1, 2)],
  reference: (x) => build([2, 6, 7], ([n = 0, i = 0, j = 0]) => read(x, [n, place(i - 2, 3), place(j - 1, 4)])),
  ...(mode === "wrap" ? { opset: 19 } : {}),
}));

const sliceRows: Row[] = [
  {
    op: "Slice",
    note: "backwards by two",
    inputs: [fed([3, 7]), list(-1, -2), list(-9, -7), list(0, 1), list(-1, -2)],
    reference: (x) => build([3, 3], ([i = 0, j = 0]) => read(x, [2 - i, 5 - 2 * j])),
  },
  {
    op: "Slice",
    note: "nothing",
    inputs: [fed([3, 4]), list(2), list(2), list(1)],
    reference: () => build([3, 0], () => 0),
  },
];

const gatherRows: Row[] = [
  {
    op: "GatherND",
    note: "elements",
    float32: true,
    inputs: [fed([2, 3, 4]), given("int64", [2, 3], [0, 2, -1, 1, -3, 0])],
    reference: (x) => build([2], ([i = 0]) => (i === 0 ? read(x, [0, 2, 3]) : read(x, [1, 0, 0]))),
  },
  {
    op: "GatherND",
    note: "slices",
    float32: true,
    inputs: [fed([3, 2, 4]), given("int64", [2, 2, 1], [0, 2, 1, 2])],
    reference: (x, at) => build([2, 2, 2, 4], ([i = 0, j = 0, k = 0, l = 0]) => read(x, [read(at, [i, j, 0]), k, l])),
  },
  {
    op: "GatherND",
    note: "with a batch",
    float32: true,
    attributes: { batch_dims: int(1) },
    inputs: [fed([2, 3, 4]), given("int64", [2, 2, 1], [0, 2, 1, 1])],
    reference: (x, at) => build([2, 2, 4], ([n = 0, i = 0, k = 0]) => read(x, [n, read(at, [n, i, 0]), k])),
  },
  {
    op: "GatherND",
    note: "constant places",
    inputs: [fed([3, 4]), fixed("int64", [2, 2], [0, 1, 2, 3])],
    reference: (x) => build([2], ([i = 0]) => (i === 0 ? read(x, [0, 1]) : read(x, [2, 3]))),
  },
  {
    op: "Gather",
    note: "constant and distinct",
    attributes: { axis: int(1) },
    inputs: [fed([2, 5, 3]), fixed("int64", [2, 2], [4, 0, -2, 1])],
    reference: (x) =>
      build([2, 2, 2, 3], ([n = 0, i = 0, j = 0, k = 0]) => read(x, [n, [4, 0, 3, 1][2 * i + j] ?? 0, k])),
  },
  {
    op: "Gather",
    note: "constant beginning",
    inputs: [fed([4, 3]), fixed("int64", [3], [0, 1, 2])],
    reference: (x) => build([3, 3], (at) => read(x, at)),
  },
  {
    op: "Gather",
    note: "constant order",
    inputs: [fed([4, 3]), fixed("int64", [4], [2, 0, 3, 1])],
    reference: (x) => build([4, 3], ([i = 0, k = 0]) => read(x, [[2, 0, 3, 1][i] ?? 0, k])),
  },
  ...(["none", "add"] as const).flatMap((mode): Row[] => [
    {
      op: "ScatterND",
      note: `elements, ${mode}`,
      attributes: { reduction: text(mode) },
      inputs: [fed([3, 4]), given("int64", [2, 2], [0, 1, -1, 3]), fed([2], -1, 1, 2)],
      reference: (x, at, updates) => scattered(x, at, updates, mode === "add"),
    },
    {
      op: "ScatterND",
      note: `slices, ${mode}`,
      attributes: { reduction: text(mode) },
      inputs: [fed([4, 3]), given("int64", [2, 1], [3, 1]), fed([2, 3], -1, 1, 2)],
      reference: (x, at, updates) => scattered(x, at, updates, mode === "add"),
    },
  ]),
];

const blockRows: Row[] = [
  ...(["DCR", "CRD"] as const).map((mode): Row => ({
    op: "DepthToSpace",
    note: mode,
    attributes: { blocksize: int(2), mode: text(mode) },
    inputs: [fed([2, 8, 2, 3])],
    reference: (x) =>
      build([2, 2, 4, 6], ([n = 0, c = 0, h = 0, w = 0]) => {
        const block = (h % 2) * 2 + (w % 2);
        return read(x, [n, mode === "DCR" ? block * 2 + c : c * 4 + block, Math.floor(h / 2), Math.floor(w / 2)]);
      }),
  })),
  {
    op: "SpaceToDepth",
    attributes: { blocksize: int(2) },
    inputs: [fed([2, 3, 4, 6])],
    reference: (x) =>
      build([2, 12, 2, 3], ([n = 0, c = 0, h = 0, w = 0]) => {
        const block = Math.floor(c / 3);
        return read(x, [n, c % 3, 2 * h + Math.floor(block / 2), 2 * w + (block % 2)]);
      }),
  },
];

const constantRows: Row[] = [
  {
    op: "Size",
    inputs: [fed([2, 3, 4])],
    reference: () => ({ dtype: "int64", shape: [], data: [24] }),
    valuesOnly: true,
  },
  {
    op: "EyeLike",
    attributes: { k: int(1), dtype: int(1) },
    inputs: [given("int64", [2, 3], [0, 0, 0, 0, 0, 0])],
    reference: () => build([2, 3], ([i = 0, j = 0]) => Number(j - i === 1)),
    valuesOnly: true,
  },
  {
    op: "NonZero",
    inputs: [fixed("float32", [2, 3], [0, 1, 0, 2, 0, 3])],
    reference: () => ({ dtype: "int64", shape: [2, 3], data: [0, 1, 1, 1, 0, 2] }),
    valuesOnly: true,
  },
];

export const placeRows: readonly Row[] = [
  ...padRows,
  ...sliceRows,
  ...gatherRows,
  ...blockRows,
  ...constantRows,
  {
    op: "Tile",
    inputs: [fed([2, 1, 3]), list(1, 3, 2)],
    reference: (x) => build([2, 3, 6], ([i = 0, , k = 0]) => read(x, [i, 0, k % 3])),
  },
  {
    op: "ReverseSequence",
    note: "time first",
    inputs: [fed([4, 3, 2]), fixed("int64", [3], [4, 2, 1])],
    reference: (x) =>
      build([4, 3, 2], ([t = 0, n = 0, k = 0]) => {
        const length = [4, 2, 1][n] ?? 0;
        return read(x, [t < length ? length - 1 - t : t, n, k]);
      }),
  },
  {
    op: "ReverseSequence",
    note: "batch first",
    attributes: { batch_axis: int(0), time_axis: int(1) },
    inputs: [fed([2, 3]), fixed("int64", [2], [2, 3])],
    reference: (x) => build([2, 3], ([n = 0, t = 0]) => read(x, [n, t < n + 2 ? n + 1 - t : t])),
  },
  {
    op: "Compress",
    note: "along an axis",
    attributes: { axis: int(1) },
    inputs: [fed([2, 4]), fixed("bool", [3], [0, 1, 1])],
    reference: (x) => build([2, 2], ([i = 0, j = 0]) => read(x, [i, j + 1])),
  },
  {
    op: "Compress",
    note: "of all elements",
    inputs: [fed([2, 3]), fixed("bool", [6], [1, 0, 0, 0, 1, 1])],
    reference: (x) => ({ ...x, shape: [3], data: [0, 4, 5].map((at) => x.data[at] ?? 0) }),
  },
  {
    op: "CenterCropPad",
    attributes: { axes: ints([0, 1]) },
    inputs: [fed([5, 3]), list(2, 6)],
    reference: (x) => build([2, 6], ([i = 0, j = 0]) => (j < 1 || j > 3 ? 0 : read(x, [i + 1, j - 1]))),
  },
];
