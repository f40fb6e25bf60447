import { float, int, ints, text } from "../ir";
import { reduced, total } from "./reduced";
import { fed, given, type Row } from "./row";
import { joined, spell, type Sliding } from "./rows-windows";
import { build, coordinates, read, type Numbers } from "./runtime";

/** Folds what every window of an output of known size sees; `padded` counts the padding that a window covers as zeros. */
function windows(
  x: Numbers,
  out: readonly number[],
  s: Sliding,
  fold: (values: number[]) => number,
  padded = false,
): Numbers {
  const [n = 1, c = 1, ...spatial] = x.shape;
  const seen = new Map<string, number[][]>();
  for (const [o, , i] of joined(spatial, out, s)) seen.set(o.join(), [...(seen.get(o.join()) ?? []), i]);
  const covered = (o: readonly number[]): number =>
    [...coordinates(s.kernel)].filter((k) =>
      k.every((tap, axis) => {
        const at = (o[axis] ?? 0) * (s.strides[axis] ?? 1) + tap * (s.dilations?.[axis] ?? 1) - (s.pads[axis] ?? 0);
        return at < (spatial[axis] ?? 0) + (s.pads[axis + spatial.length] ?? 0);
      }),
    ).length;
  return build([n, c, ...out], ([batch = 0, channel = 0, ...o]) => {
    const values = (seen.get(o.join()) ?? []).map((i) => read(x, [batch, channel, ...i]));
    const zeros = padded ? covered(o) - values.length : 0;
    return fold([...values, ...new Array<number>(zeros).fill(0)]);
  });
}

const mean = (values: number[]): number => total(values) / values.length;
const norm = (p: number) => (values: number[]) => total(values.map((v) => Math.abs(v) ** p)) ** (1 / p);
const greatest = (values: number[]): number => Math.max(...values);

const overlapping: Sliding = { kernel: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] };
const unpadded: Sliding = { kernel: [3, 3], strides: [2, 2], pads: [0, 0, 0, 0] };
const dilated: Sliding = { kernel: [2, 2], strides: [1, 1], dilations: [2, 2], pads: [0, 1, 1, 0] };

const maximumRows: Row[] = [
  {
    op: "MaxPool",
    note: "rounding up",
    inputs: [fed([2, 2, 6, 6])],
    attributes: { ...spell(unpadded), ceil_mode: int(1) },
    reference: (x) => windows(x, [3, 3], unpadded, greatest),
  },
  {
    op: "MaxPool",
    note: "rounding up, padded",
    inputs: [fed([1, 2, 6, 5])],
    attributes: { ...spell(overlapping), ceil_mode: int(1) },
    reference: (x) => windows(x, [4, 3], overlapping, greatest),
  },
  {
    op: "MaxPool",
    note: "dilated",
    inputs: [fed([2, 2, 5, 5])],
    attributes: spell(dilated),
    reference: (x) => windows(x, [4, 4], dilated, greatest),
  },
  {
    op: "MaxPool",
    note: "places",
    outputs: 2,
    compared: 1,
    inputs: [given("float32", [1, 1, 2, 4], [1, 5, 2, 3, 4, 0, 9, 7])],
    attributes: spell({ kernel: [2, 2], strides: [2, 2], pads: [0, 0, 0, 0] }),
    reference: () => ({ dtype: "int64", shape: [1, 1, 1, 2], data: [1, 6] }),
    valuesOnly: true,
  },
  {
    op: "MaxUnpool",
    attributes: { kernel_shape: ints([2, 2]), strides: ints([2, 2]) },
    inputs: [fed([1, 1, 1, 2]), given("int64", [1, 1, 1, 2], [1, 6])],
    reference: (x) =>
      build([1, 1, 2, 4], ([, , i = 0, j = 0]) =>
        4 * i + j === 1 ? (x.data[0] ?? 0) : 4 * i + j === 6 ? (x.data[1] ?? 0) : 0,
      ),
  },
  { op: "GlobalMaxPool", inputs: [fed([2, 3, 4, 5])], reference: (x) => reduced(x, [2, 3], greatest) },
];

const meanRows: Row[] = [
  {
    op: "AveragePool",
    note: "padding left out",
    float32: true,
    inputs: [fed([2, 2, 5, 5])],
    attributes: { ...spell(overlapping), count_include_pad: int(0) },
    reference: (x) => windows(x, [3, 3], overlapping, mean),
  },
  {
    op: "AveragePool",
    note: "rounding up",
    float32: true,
    inputs: [fed([2, 2, 6, 6])],
    attributes: { ...spell(unpadded), ceil_mode: int(1) },
    reference: (x) => windows(x, [3, 3], unpadded, mean),
  },
  {
    op: "AveragePool",
    note: "rounding up, padding counted",
    float32: true,
    inputs: [fed([1, 2, 6, 6])],
    attributes: { ...spell(overlapping), ceil_mode: int(1), count_include_pad: int(1) },
    reference: (x) => windows(x, [4, 4], overlapping, mean, true),
  },
  {
    op: "AveragePool",
    note: "dilated",
    float32: true,
    inputs: [fed([2, 2, 5, 5])],
    attributes: spell(dilated),
    reference: (x) => windows(x, [4, 4], dilated, mean),
  },
  {
    op: "AveragePool",
    note: "same padding",
    float32: true,
    inputs: [fed([1, 2, 5, 5])],
    attributes: { kernel_shape: ints([2, 2]), strides: ints([2, 2]), auto_pad: text("SAME_UPPER") },
    reference: (x) => windows(x, [3, 3], { kernel: [2, 2], strides: [2, 2], pads: [0, 0, 1, 1] }, mean),
  },
  {
    op: "AveragePool",
    note: "one axis",
    float32: true,
    inputs: [fed([2, 2, 7])],
    attributes: { kernel_shape: ints([3]), strides: ints([2]), pads: ints([1, 1]) },
    reference: (x) => windows(x, [4], { kernel: [3], strides: [2], pads: [1, 1] }, mean),
  },
];

const normRows: Row[] = [1, 2, 3].flatMap((p): Row[] => [
  {
    op: "GlobalLpPool",
    note: `p = ${p}`,
    attributes: { p: int(p) },
    inputs: [fed([2, 3, 4, 2])],
    reference: (x) => reduced(x, [2, 3], norm(p)),
  },
  {
    op: "LpPool",
    note: `p = ${p}`,
    float32: true,
    attributes: { ...spell(overlapping), p: int(p) },
    inputs: [fed([1, 2, 5, 4])],
    reference: (x) => windows(x, [3, 2], overlapping, norm(p)),
  },
]);

/** The output of a transposed convolution by the definition: every input element spreads the kernel. */
function spreadOne(x: Numbers, w: Numbers, out: number, stride: number, before: number): Numbers {
  return build([1, 1, out], ([, , o = 0]) => {
    let sum = 0;
    x.data.forEach((value, i) => {
      const k = o + before - i * stride;
      if (k >= 0 && k < w.data.length) sum += value * (w.data[k] ?? 0);
    });
    return sum;
  });
}

const transposedRows: Row[] = [
  {
    op: "ConvTranspose",
    note: "asked shape",
    float32: true,
    attributes: { strides: ints([2]), output_shape: ints([7]) },
    inputs: [fed([1, 1, 4]), fed([1, 1, 3], -1, 1, 2)],
    reference: (x, w) => spreadOne(x, w, 7, 2, 1),
  },
  ...(["SAME_UPPER", "SAME_LOWER"] as const).map((mode): Row => ({
    op: "ConvTranspose",
    note: mode,
    float32: true,
    attributes: { strides: ints([2]), auto_pad: text(mode) },
    inputs: [fed([1, 1, 4]), fed([1, 1, 3], -1, 1, 2)],
    reference: (x, w) => spreadOne(x, w, 8, 2, mode === "SAME_UPPER" ? 0 : 1),
  })),
];

export const poolingRows: readonly Row[] = [
  ...maximumRows,
  ...meanRows,
  ...normRows,
  ...transposedRows,
  {
    op: "LRN",
    float32: true,
    attributes: { size: int(3), alpha: float(0.5), beta: float(0.75), bias: float(2) },
    inputs: [fed([2, 5, 2, 3])],
    reference: (x) =>
      build(x.shape, ([n = 0, c = 0, ...at]) => {
        let sum = 0;
        for (let k = Math.max(0, c - 1); k <= Math.min(4, c + 1); k++) sum += read(x, [n, k, ...at]) ** 2;
        return read(x, [n, c, ...at]) / (2 + (0.5 / 3) * sum) ** 0.75;
      }),
  },
  {
    op: "LRN",
    note: "even size",
    withoutRuntime: "The kernel takes odd sizes only.",
    float32: true,
    attributes: { size: int(2), alpha: float(0.5) },
    inputs: [fed([1, 4, 2])],
    reference: (x) =>
      build(x.shape, ([n = 0, c = 0, at = 0]) => {
        let sum = 0;
        for (let k = c; k <= Math.min(3, c + 1); k++) sum += read(x, [n, k, at]) ** 2;
        return read(x, [n, c, at]) / (1 + 0.25 * sum) ** 0.75;
      }),
  },
];
