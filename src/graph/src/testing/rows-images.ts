import { int, ints } from "../ir";
import { fed, type Row } from "./row";
import { build, read, type Numbers } from "./runtime";

interface Slide {
  readonly pads: readonly number[];
  readonly strides: readonly number[];
}

/** Convolution of images [h, w, n, c]. */
function convolved(x: Numbers, w: Numbers, { pads, strides }: Slide): Numbers {
  const [height = 1, width = 1, n = 1, channels = 1] = x.shape;
  const [outputs = 1, , tall = 1, wide = 1] = w.shape;
  const [top = 0, left = 0, bottom = 0, right = 0] = pads;
  const [down = 1, across = 1] = strides;
  const high = Math.floor((height + top + bottom - tall) / down) + 1;
  const long = Math.floor((width + left + right - wide) / across) + 1;
  return build([high, long, n, outputs], ([y = 0, z = 0, image = 0, m = 0]) => {
    let sum = 0;
    for (let i = 0; i < tall; i++) {
      for (let j = 0; j < wide; j++) {
        const [from, at] = [y * down + i - top, z * across + j - left];
        if (from < 0 || from >= height || at < 0 || at >= width) continue;
        const pixel = ((from * width + at) * n + image) * channels;
        for (let c = 0; c < channels; c++)
          sum += (x.data[pixel + c] ?? 0) * (w.data[((m * channels + c) * tall + i) * wide + j] ?? 0);
      }
    }
    return sum;
  });
}

/** The axes of a tensor in another order. */
const turn = (x: Numbers, order: readonly number[]): Numbers =>
  build(
    order.map((axis) => x.shape[axis] ?? 1),
    (at) =>
      read(
        x,
        order.map((_, axis) => at[order.indexOf(axis)] ?? 0),
      ),
  );

const row = (note: string, x: number[], w: number[], slide: Slide, o: Partial<Row> = {}): Row => ({
  op: "ChannelsLastConv",
  note,
  attributes: { pads: ints(slide.pads), strides: ints(slide.strides) },
  inputs: [fed(x), fed(w, -1, 1, 2)],
  reference: (images, kernels) => convolved(images, kernels, slide),
  ...o,
});

/** Images [c, h, w, n], with a bias. */
const columnRow = (note: string, x: number[], w: number[], slide: Slide): Row => ({
  ...row(note, x, w, slide),
  op: "BatchLastConv",
  inputs: [fed(x), fed(w, -1, 1, 2), fed([w[0] ?? 1], -1, 1, 3)],
  reference: (images, kernels, bias) => {
    const sum = turn(convolved(turn(images, [1, 2, 3, 0]), kernels, slide), [3, 0, 1, 2]);
    return build(sum.shape, (at) => read(sum, at) + read(bias, [at[0] ?? 0]));
  },
});

/** Rows of what only the compiler emits for images. */
export const imageRows: readonly Row[] = [
  row("tiles of two", [5, 6, 1, 32], [32, 32, 3, 3], { pads: [1, 1, 1, 1], strides: [1, 1] }, { float32: true }),
  row("tiles of four", [2, 5, 32, 32], [33, 32, 3, 3], { pads: [1, 0, 0, 2], strides: [1, 1] }, { float32: true }),
  row("strided patches", [4, 6, 2, 3], [4, 3, 3, 3], { pads: [1, 1, 1, 1], strides: [2, 2] }),
  row("uneven patches", [6, 5, 2, 3], [2, 3, 5, 2], { pads: [2, 0, 1, 1], strides: [2, 1] }),
  row("points", [3, 2, 2, 4], [5, 4, 1, 1], { pads: [0, 0, 0, 0], strides: [1, 1] }),
  row("strided points", [4, 6, 2, 3], [4, 3, 1, 1], { pads: [0, 0, 0, 0], strides: [2, 2] }),
  columnRow("strided", [3, 6, 4, 2], [4, 3, 3, 3], { pads: [1, 1, 1, 1], strides: [2, 2] }),
  columnRow("uneven", [3, 6, 5, 2], [2, 3, 5, 2], { pads: [2, 0, 1, 1], strides: [2, 1] }),
  columnRow("kernel below the stride", [2, 6, 4, 3], [4, 2, 1, 2], { pads: [0, 0, 0, 0], strides: [3, 2] }),
  columnRow("stride 1", [2, 5, 4, 1], [3, 2, 3, 3], { pads: [1, 0, 0, 2], strides: [1, 1] }),
  {
    op: "FusedMatMul",
    note: "batch axes first",
    float32: true,
    valuesOnly: true,
    attributes: { transBatchB: int(1) },
    inputs: [fed([1, 3, 4]), fed([4, 2, 5], -1, 1, 2)],
    reference: (a, b) =>
      build([2, 3, 5], ([batch = 0, i = 0, j = 0]) =>
        [0, 1, 2, 3].reduce((sum, k) => sum + read(a, [0, i, k]) * read(b, [k, batch, j]), 0),
      ),
  },
];
