import type { Builder } from "../../builder";
import { int, ints, sizeOf, type Attributes, type Value } from "../../ir";
import { dim, stridesOf } from "../../shape";
import type { Window } from "./window";

/** Attributes that spell a window out for the emitted node. */
export function windowToAttributes(window: Window, group: number): Attributes {
  return {
    dilations: ints(window.dilations),
    group: int(group),
    kernel_shape: ints(window.kernel),
    pads: ints([...window.before, ...window.after]),
    strides: ints(window.strides),
  };
}

/** Gradient of a convolution's input: the transposed convolution of dy, sized to the input. */
export function convInputGradient(
  b: Builder,
  dy: Value,
  w: Value,
  window: Window,
  group: number,
  spatial: readonly number[],
): Value {
  const extra = spatial.map((size, i) => {
    const reach = ((window.kernel[i] ?? 1) - 1) * (window.dilations[i] ?? 1) + 1;
    const covered =
      (dim(dy.shape, i + 2) - 1) * (window.strides[i] ?? 1) + reach - (window.before[i] ?? 0) - (window.after[i] ?? 0);
    return size - covered;
  });
  return b.op("ConvTranspose", [dy, w], { ...windowToAttributes(window, group), output_padding: ints(extra) });
}

/**
 * Gradient of a convolution's weights [Co, Ci/g, ...k]. The form is chosen by shape, as measured on one thread
 * (GFLOP/s; slices / gathered / Conv with exchanged roles): stride 2, 16->32 channels 14 / 19 / 16; stride 2, 1->16
 * 6 / 18 / 8; stride 1, 16->32 38 / 21 / 18; stride 1, 64->64 51 / 44 / 26.
 */
export function convWeightGradient(b: Builder, x: Value, dy: Value, window: Window, group: number): Value {
  const strided = window.strides.some((stride) => stride > 1);
  return strided && group === 1 ? fromGathered(b, x, dy, window) : fromSlices(b, x, dy, window, group);
}

/** One product of dy with patches that a single Gather collects, in the layout [channels, positions, batch]. */
function fromGathered(b: Builder, x: Value, dy: Value, window: Window): Value {
  const [n, ci, co] = [dim(x.shape, 0), dim(x.shape, 1), dim(dy.shape, 1)];
  const batchLast = [1, ...window.kernel.map((_, i) => i + 2), 0];
  // Padded when the batch is last already, the copies are longer: measured 5 % of a step of a small network.
  const padded = b.pad(b.transpose(x, batchLast), [0, ...window.before, 0], [0, ...window.after, 0]);
  const spatial = padded.shape.slice(1, -1);
  const out = dy.shape.slice(2);
  const pitch = stridesOf(spatial);
  const places = positionsIn(window.kernel).flatMap((k) =>
    positionsIn(out).map((at) =>
      at.reduce(
        (sum, o, i) =>
          sum + (o * (window.strides[i] ?? 1) + (k[i] ?? 0) * (window.dilations[i] ?? 1)) * (pitch[i] ?? 0),
        0,
      ),
    ),
  );
  const patches = b.gather(b.reshape(padded, [ci, sizeOf(spatial), n]), b.ints(places), 1);
  const rows = b.reshape(patches, [ci * sizeOf(window.kernel), sizeOf(out) * n]);
  const gradient = b.reshape(b.transpose(dy, batchLast), [co, sizeOf(out) * n]);
  return b.reshape(b.gemm(gradient, rows, undefined, { transB: true }), [co, ci, ...window.kernel]);
}

/**
 * One product for each kernel position on a shifted slice of the input; where Ci/g is small the slices are stacked and
 * one product does all positions. Depthwise kernels are a product and a sum per position.
 */
function fromSlices(b: Builder, x: Value, dy: Value, window: Window, group: number): Value {
  const [n, ci, co] = [dim(x.shape, 0), dim(x.shape, 1), dim(dy.shape, 1)];
  const inGroup = ci / group;
  const outGroup = co / group;
  const columns = n * sizeOf(dy.shape.slice(2));
  const swap = [1, 0, ...window.kernel.map((_, i) => i + 2)];
  const xt = b.transpose(b.pad(x, [0, 0, ...window.before], [0, 0, ...window.after]), swap);
  const dt = b.transpose(dy, swap);
  const taps = positionsIn(window.kernel).map((at) => shifted(b, xt, at, window, dy.shape.slice(2)));
  const byGroup = Array.from({ length: group }, (_, g) => {
    const gradient = b.reshape(b.slice(dt, [0], [g * outGroup], [(g + 1) * outGroup]), [outGroup, columns]);
    const rows = taps.map((tap) =>
      b.reshape(b.slice(tap, [0], [g * inGroup], [(g + 1) * inGroup]), [inGroup, columns]),
    );
    return groupGradient(b, gradient, rows);
  });
  return b.reshape(b.concat(byGroup, 0), [co, inGroup, ...window.kernel]);
}

/** Weights [outputs, inputs, positions] of one group from dy [outputs, columns] and inputs [inputs, columns] by position. */
function groupGradient(b: Builder, gradient: Value, rows: readonly Value[]): Value {
  const [outputs, inputs] = [dim(gradient.shape, 0), dim(rows[0]?.shape ?? [], 0)];
  if (outputs === 1 && inputs === 1) {
    const sums = rows.map((row) => b.sum(b.mul(row, gradient), [1], true));
    return b.reshape(b.concat(sums, 1), [1, 1, rows.length]);
  }
  if (inputs >= 8)
    return stackLast(
      b,
      rows.map((row) => b.gemm(gradient, row, undefined, { transB: true })),
    );
  const product = b.gemm(gradient, b.concat(rows, 0), undefined, { transB: true });
  return b.transpose(b.reshape(product, [outputs, rows.length, inputs]), [0, 2, 1]);
}

/** Stacks matrices [m, n] into [m, n, count]. */
function stackLast(b: Builder, matrices: readonly Value[]): Value {
  return b.concat(
    matrices.map((matrix) => b.reshape(matrix, [...matrix.shape, 1])),
    2,
  );
}

/** The elements of [c, n, ...spatial] that the kernel position `at` sees, one per output position. */
function shifted(b: Builder, xt: Value, at: readonly number[], window: Window, out: readonly number[]): Value {
  const axes = out.map((_, i) => i + 2);
  const starts = at.map((k, i) => k * (window.dilations[i] ?? 1));
  const ends = out.map((size, i) => (starts[i] ?? 0) + (size - 1) * (window.strides[i] ?? 1) + 1);
  return b.slice(xt, axes, starts, ends, window.strides);
}

/** All coordinates inside a shape, row-major. */
export function positionsIn(shape: readonly number[]): number[][] {
  return shape.reduce<number[][]>(
    (found, size) => found.flatMap((at) => Array.from({ length: size }, (_, i) => [...at, i])),
    [[]],
  );
}

/** Floating-point operations of a convolution with this output. */
export function convFlops(weights: readonly number[], outputShape: readonly number[]): number {
  return 2 * sizeOf(weights.slice(1)) * sizeOf(outputShape);
}
