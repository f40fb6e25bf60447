import type { Builder } from "../../builder";
import { int, ints, sizeOf, type Attributes, type Value } from "../../ir";
import { dim } from "../../shape";
import { columnWeightGradient } from "./columns";
import { positionsIn } from "./positions";
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
  if (group > 1) return fromExchangedRoles(b, x, dy, window, group);
  const strided = window.strides.some((stride) => stride > 1);
  return strided ? fromGathered(b, x, dy, window) : fromSlices(b, x, dy, window);
}

/**
 * One convolution of x by dy, with examples as channels, strides and dilations exchanged: the form for groups, whose
 * number does not show in the size of the graph. A form with nodes for each group made a MobileNet of 17 MB and an
 * EfficientNet that did not compile.
 */
function fromExchangedRoles(b: Builder, x: Value, dy: Value, window: Window, group: number): Value {
  const [n, ci, co] = [dim(x.shape, 0), dim(x.shape, 1), dim(dy.shape, 1)];
  const spatial = x.shape.slice(2);
  const split = b.reshape(x, [n, group, ci / group, ...spatial]);
  const stacked = b.transpose(split, [2, 1, 0, ...spatial.map((_, i) => i + 3)]);
  const images = b.reshape(stacked, [ci / group, group * n, ...spatial]);
  const kernels = b.transpose(dy, [1, 0, ...spatial.map((_, i) => i + 2)]);
  const exchanged = {
    kernel: dy.shape.slice(2),
    strides: window.dilations,
    dilations: window.strides,
    before: window.before,
    after: window.after,
  };
  const found = b.op("Conv", [images, kernels], windowToAttributes(exchanged, group));
  // Rows that the window never reached make it longer than the kernel.
  const cut = b.slice(
    found,
    spatialAxes(window),
    window.kernel.map(() => 0),
    window.kernel,
  );
  return b.reshape(b.transpose(cut, [1, 0, ...spatialAxes(window)]), [co, ci / group, ...window.kernel]);
}

const spatialAxes = (window: Window): number[] => window.kernel.map((_, i) => i + 2);

/** One product of dy with columns that a single Gather collects, with the batch last, so that the copies are longer. */
function fromGathered(b: Builder, x: Value, dy: Value, window: Window): Value {
  const batchLast = [1, ...spatialAxes(window), 0];
  return columnWeightGradient(b, b.transpose(x, batchLast), b.transpose(dy, batchLast), window);
}

/**
 * One product for each kernel position on a shifted slice of the input; where Ci is small the slices are stacked and
 * one product does all positions.
 */
function fromSlices(b: Builder, x: Value, dy: Value, window: Window): Value {
  const [n, ci, co] = [dim(x.shape, 0), dim(x.shape, 1), dim(dy.shape, 1)];
  const columns = n * sizeOf(dy.shape.slice(2));
  const swap = [1, 0, ...spatialAxes(window)];
  const xt = b.transpose(b.pad(x, [0, 0, ...window.before], [0, 0, ...window.after]), swap);
  const gradient = b.reshape(b.transpose(dy, swap), [co, columns]);
  const rows = positionsIn(window.kernel).map((at) =>
    b.reshape(shifted(b, xt, at, window, dy.shape.slice(2)), [ci, columns]),
  );
  if (ci >= 8) {
    const each = rows.map((row) => b.gemm(gradient, row, undefined, { transB: true }));
    return b.reshape(stackLast(b, each), [co, ci, ...window.kernel]);
  }
  const product = b.gemm(gradient, b.concat(rows, 0), undefined, { transB: true });
  return b.reshape(b.transpose(b.reshape(product, [co, rows.length, ci]), [0, 2, 1]), [co, ci, ...window.kernel]);
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

/** Floating-point operations of a convolution with this output. */
export function convFlops(weights: readonly number[], outputShape: readonly number[]): number {
  return 2 * sizeOf(weights.slice(1)) * sizeOf(outputShape);
}
