import { int, ints, type Attributes } from "../ir";
import { fed, type Row } from "./row";
import { build, coordinates, read, type Numbers } from "./runtime";

const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

export interface Sliding {
  readonly kernel: number[];
  readonly strides: number[];
  readonly dilations?: number[];
  readonly pads: number[];
  readonly group?: number;
}

export const spell = (s: Sliding): Attributes => ({
  kernel_shape: ints(s.kernel),
  strides: ints(s.strides),
  pads: ints(s.pads),
  ...(s.dilations === undefined ? {} : { dilations: ints(s.dilations) }),
});

/** Visits pairs of an output and an input position that a window joins. */
export function* joined(
  input: readonly number[],
  out: readonly number[],
  s: Sliding,
): Generator<[o: number[], k: number[], i: number[]]> {
  for (const o of coordinates(out)) {
    for (const k of coordinates(s.kernel)) {
      const i = o.map(
        (at, axis) => at * (s.strides[axis] ?? 1) + (k[axis] ?? 0) * (s.dilations?.[axis] ?? 1) - (s.pads[axis] ?? 0),
      );
      if (i.every((at, axis) => at >= 0 && at < (input[axis] ?? 0))) yield [o, k, i];
    }
  }
}

const slid = (input: readonly number[], s: Sliding): number[] =>
  input.map(
    (size, i) =>
      Math.floor(
        (size +
          (s.pads[i] ?? 0) +
          (s.pads[i + input.length] ?? 0) -
          ((s.kernel[i] ?? 1) - 1) * (s.dilations?.[i] ?? 1) -
          1) /
          (s.strides[i] ?? 1),
      ) + 1,
  );

function convolved(x: Numbers, w: Numbers, bias: Numbers | undefined, s: Sliding): Numbers {
  const [n = 1, ci = 1, ...spatial] = x.shape;
  const [co = 1, perGroup = 1] = w.shape;
  const out = slid(spatial, s);
  const sums = new Map<string, number>();
  for (const [o, k, i] of joined(spatial, out, s)) {
    for (const [batch = 0, channel = 0, c = 0] of coordinates([n, co, perGroup])) {
      const from = Math.floor(channel / (co / (ci / perGroup))) * perGroup + c;
      const key = [batch, channel, ...o].join();
      sums.set(key, (sums.get(key) ?? 0) + read(x, [batch, from, ...i]) * read(w, [channel, c, ...k]));
    }
  }
  return build([n, co, ...out], (at) => (sums.get(at.join()) ?? 0) + (bias?.data[at[1] ?? 0] ?? 0));
}

function spread(x: Numbers, w: Numbers, out: readonly number[], s: Sliding): Numbers {
  const [n = 1, ci = 1, ...spatial] = x.shape;
  const perGroup = w.shape[1] ?? 1;
  const groups = s.group ?? 1;
  const sums = new Map<string, number>();
  for (const [o, k, i] of joined(out, spatial, s)) {
    for (const [batch = 0, channel = 0, c = 0] of coordinates([n, ci, perGroup])) {
      const key = [batch, Math.floor(channel / (ci / groups)) * perGroup + c, ...i].join();
      sums.set(key, (sums.get(key) ?? 0) + read(x, [batch, channel, ...o]) * read(w, [channel, c, ...k]));
    }
  }
  return build([n, perGroup * groups, ...out], (at) => sums.get(at.join()) ?? 0);
}

function pooled(x: Numbers, s: Sliding, fold: (values: number[]) => number): Numbers {
  const [n = 1, c = 1, ...spatial] = x.shape;
  const out = slid(spatial, s);
  const seen = new Map<string, number[][]>();
  for (const [o, , i] of joined(spatial, out, s)) seen.set(o.join(), [...(seen.get(o.join()) ?? []), i]);
  return build([n, c, ...out], ([batch = 0, channel = 0, ...o]) =>
    fold((seen.get(o.join()) ?? []).map((i) => read(x, [batch, channel, ...i]))),
  );
}

const conv = (note: string, x: number[], w: number[], s: Sliding): Row => ({
  op: "Conv",
  note,
  float32: true,
  attributes: { ...spell(s), group: int(s.group ?? 1) },
  inputs: [fed(x), fed(w, -1, 1, 2), fed([w[0] ?? 1], -1, 1, 3)],
  reference: (input, weights, bias) => convolved(input, weights, bias, s),
});

const uneven: Sliding = { kernel: [3, 2], strides: [2, 1], pads: [1, 0, 2, 1] };
const pool: Sliding = { kernel: [2, 2], strides: [2, 2], pads: [0, 0, 0, 0] };
const overlapping: Sliding = { kernel: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] };

export const windowRows: readonly Row[] = [
  conv("stride 1", [2, 3, 5, 4], [4, 3, 3, 3], { kernel: [3, 3], strides: [1, 1], pads: [1, 1, 1, 1] }),
  conv("many channels", [2, 8, 4, 4], [3, 8, 3, 3], { kernel: [3, 3], strides: [1, 1], pads: [1, 1, 1, 1] }),
  conv("uneven stride and padding", [2, 3, 6, 5], [4, 3, 3, 2], uneven),
  conv("dilated", [1, 2, 7, 7], [3, 2, 3, 3], {
    kernel: [3, 3],
    strides: [1, 1],
    dilations: [2, 2],
    pads: [0, 1, 0, 1],
  }),
  conv("groups", [2, 4, 5, 5], [6, 2, 3, 3], { kernel: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1], group: 2 }),
  conv("depthwise", [2, 3, 5, 5], [3, 1, 3, 3], { kernel: [3, 3], strides: [1, 1], pads: [1, 1, 1, 1], group: 3 }),
  conv("one axis", [2, 3, 9], [4, 3, 3], { kernel: [3], strides: [2], pads: [1, 1] }),
  {
    op: "ConvTranspose",
    float32: true,
    attributes: { ...spell({ kernel: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] }), output_padding: ints([1, 1]) },
    inputs: [fed([2, 3, 3, 3]), fed([3, 2, 3, 3], -1, 1, 2)],
    reference: (x, w) => spread(x, w, [6, 6], { kernel: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] }),
  },
  {
    op: "MaxPool",
    note: "apart",
    inputs: [fed([2, 2, 4, 5])],
    attributes: spell(pool),
    reference: (x) => pooled(x, pool, (values) => Math.max(...values)),
  },
  {
    op: "MaxPool",
    note: "overlapping",
    inputs: [fed([2, 2, 5, 5])],
    attributes: spell(overlapping),
    reference: (x) => pooled(x, overlapping, (values) => Math.max(...values)),
  },
  {
    op: "AveragePool",
    float32: true,
    inputs: [fed([2, 2, 4, 5])],
    attributes: spell(pool),
    reference: (x) => pooled(x, pool, mean),
  },
  {
    op: "AveragePool",
    note: "padded",
    float32: true,
    inputs: [fed([2, 2, 5, 5])],
    attributes: { ...spell(overlapping), count_include_pad: int(1) },
    reference: (x) => pooled(x, overlapping, (values) => (mean(values) * values.length) / 9),
  },
];
