import { float, int, ints, text, type Attributes } from "../ir";
import { fed, fixed, list, type Row } from "./row";
import { build, read, type Numbers } from "./runtime";

/** Old position of a new one by the formulas of the specification. */
const origins: Record<string, (at: number, from: number, to: number, scale: number) => number> = {
  half_pixel: (at, _from, _to, scale) => (at + 0.5) / scale - 0.5,
  pytorch_half_pixel: (at, _from, to, scale) => (to > 1 ? (at + 0.5) / scale - 0.5 : 0),
  align_corners: (at, from, to) => (to > 1 ? (at * (from - 1)) / (to - 1) : 0),
  asymmetric: (at, _from, _to, scale) => at / scale,
  half_pixel_symmetric: (at, from, to, scale) => (from / 2) * (1 - to / (scale * from)) + (at + 0.5) / scale - 0.5,
};

const inside = (at: number, size: number): number => Math.max(0, Math.min(size - 1, at));

/** Bilinear interpolation of the last two axes. */
function bilinear(x: Numbers, to: readonly [number, number], transformation: string): Numbers {
  const [n = 0, c = 0, h = 0, w = 0] = x.shape;
  const place = (at: number, from: number, size: number) =>
    inside(origins[transformation]?.(at, from, size, size / from) ?? Number.NaN, from);
  return build([n, c, ...to], ([i = 0, k = 0, row = 0, column = 0]) => {
    const [y, z] = [place(row, h, to[0]), place(column, w, to[1])];
    const [top, left] = [Math.floor(y), Math.floor(z)];
    const at = (a: number, b: number) => read(x, [i, k, inside(top + a, h), inside(left + b, w)]);
    const upper = at(0, 0) * (1 - (z - left)) + at(0, 1) * (z - left);
    const lower = at(1, 0) * (1 - (z - left)) + at(1, 1) * (z - left);
    return upper * (1 - (y - top)) + lower * (y - top);
  });
}

/** Cubic convolution of the last two axes with a = -0.75 and repeated borders. */
function bicubic(x: Numbers, to: readonly [number, number]): Numbers {
  const [n = 0, c = 0, h = 0, w = 0] = x.shape;
  const kernel = (t: number): number => {
    const d = Math.abs(t);
    if (d <= 1) return 1.25 * d ** 3 - 2.25 * d ** 2 + 1;
    return d < 2 ? -0.75 * d ** 3 + 3.75 * d ** 2 - 6 * d + 3 : 0;
  };
  return build([n, c, ...to], ([i = 0, k = 0, row = 0, column = 0]) => {
    const y = ((row + 0.5) * h) / to[0] - 0.5;
    const z = ((column + 0.5) * w) / to[1] - 0.5;
    let sum = 0;
    for (let a = Math.floor(y) - 1; a <= Math.floor(y) + 2; a++)
      for (let e = Math.floor(z) - 1; e <= Math.floor(z) + 2; e++)
        sum += kernel(y - a) * kernel(z - e) * read(x, [i, k, inside(a, h), inside(e, w)]);
    return sum;
  });
}

/** Nearest by a rule of rounding on the last two axes. */
function nearest(
  x: Numbers,
  to: readonly [number, number],
  transformation: string,
  round: (x: number) => number,
): Numbers {
  const [n = 0, c = 0, h = 0, w = 0] = x.shape;
  const place = (at: number, from: number, size: number) =>
    inside(round(origins[transformation]?.(at, from, size, size / from) ?? Number.NaN), from);
  return build([n, c, ...to], ([i = 0, k = 0, row = 0, column = 0]) =>
    read(x, [i, k, place(row, h, to[0]), place(column, w, to[1])]),
  );
}

const none = undefined;
const modes = (mode: string, transformation: string, more: Attributes = {}): Attributes => ({
  mode: text(mode),
  coordinate_transformation_mode: text(transformation),
  ...more,
});

export const resamplingRows: readonly Row[] = [
  ...Object.keys(origins).map((transformation): Row => ({
    op: "Resize",
    note: `linear, ${transformation}`,
    // Positions are rounded to float32, as the runtime rounds them.
    float32: true,
    attributes: modes("linear", transformation),
    inputs: [fed([1, 2, 4, 5]), none, none, list(1, 2, 7, 3)],
    reference: (x) => bilinear(x, [7, 3], transformation),
  })),
  {
    op: "Resize",
    note: "linear by scales",
    attributes: modes("linear", "pytorch_half_pixel"),
    inputs: [fed([1, 2, 3, 4]), none, fixed("float32", [4], [1, 1, 2, 2])],
    reference: (x) => bilinear(x, [6, 8], "pytorch_half_pixel"),
  },
  {
    op: "Resize",
    note: "linear by scales, opset 13",
    opset: 13,
    attributes: modes("linear", "half_pixel"),
    inputs: [fed([1, 2, 3, 4]), fixed("float32", [0], []), fixed("float32", [4], [1, 1, 2, 0.5])],
    reference: (x) => bilinear(x, [6, 2], "half_pixel"),
  },
  {
    op: "Resize",
    note: "nearest by a whole factor",
    attributes: modes("nearest", "asymmetric", { nearest_mode: text("floor") }),
    inputs: [fed([2, 2, 3, 4]), none, fixed("float32", [4], [1, 1, 2, 3])],
    reference: (x) => nearest(x, [6, 12], "asymmetric", Math.floor),
  },
  {
    op: "Resize",
    note: "nearest, smaller",
    attributes: modes("nearest", "asymmetric", { nearest_mode: text("floor") }),
    inputs: [fed([2, 2, 6, 4]), none, none, list(2, 2, 3, 2)],
    reference: (x) => nearest(x, [3, 2], "asymmetric", Math.floor),
  },
  {
    op: "Resize",
    note: "nearest by a fraction",
    float32: true,
    attributes: modes("nearest", "half_pixel", { nearest_mode: text("round_prefer_ceil"), axes: ints([2, 3]) }),
    inputs: [fed([2, 2, 3, 4]), none, none, list(5, 7)],
    reference: (x) => nearest(x, [5, 7], "half_pixel", (at) => Math.floor(at + 0.5)),
  },
  {
    op: "Resize",
    note: "cubic",
    attributes: modes("cubic", "half_pixel", { cubic_coeff_a: float(-0.75), exclude_outside: int(0) }),
    inputs: [fed([1, 2, 4, 5]), none, none, list(1, 2, 8, 3)],
    reference: (x) => bicubic(x, [8, 3]),
  },
];
