import type { Builder } from "../../builder";
import { sizeOf, type Value } from "../../ir";
import { dim, stridesOf } from "../../shape";
import { positionsIn } from "./positions";
import { axisGroups, type AxisGroups, type Patching } from "./patches";
import { slideShape, type Window } from "./window";

/** One product of kernels [m, c, kh, kw] with the columns of x [c, h, w, n]: what they see at every position. */
export function columnConvolution(b: Builder, { x, w, window }: Patching, bias: Value | undefined): Value {
  const out = slideShape(x.shape.slice(1, -1), window);
  const m = dim(w.shape, 0);
  const kernels = b.reshape(w, [m, sizeOf(w.shape.slice(1))]);
  const y = b.gemm(kernels, windowColumns(b, x, window, out), bias && b.reshape(bias, [m, 1]));
  return b.reshape(y, [m, ...out, dim(x.shape, -1)]);
}

/** Gradient of kernels [m, c, ...k] from x [c, ...spatial, n] and dy [m, ...out, n]: a product with the same columns. */
export function columnWeightGradient(b: Builder, x: Value, dy: Value, window: Window): Value {
  const [c, m] = [dim(x.shape, 0), dim(dy.shape, 0)];
  const columns = windowColumns(b, x, window, dy.shape.slice(1, -1));
  const rows = b.reshape(dy, [m, sizeOf(dy.shape.slice(1))]);
  return b.reshape(b.gemm(rows, columns, undefined, { transB: true }), [m, c, ...window.kernel]);
}

/**
 * Gradient of x [c, h, w, n]. Positions that agree modulo the stride see the same kernel positions: one product makes all
 * these groups from the same columns of dy, with zeros where a group does not see a place, and they are interleaved. The
 * strides divide h and w.
 */
export function columnInputGradient(b: Builder, { x, w, window }: Patching, dy: Value): Value {
  const [c, n] = [dim(x.shape, 0), dim(x.shape, -1)];
  const axes = window.kernel.map((_, i) => axisGroups(dim(x.shape, i + 1), dim(dy.shape, i + 1), window, i));
  const lengths = axes.map(({ length }) => length);
  const offsets = axes.map(offsetsOf);
  const padded = b.pad(dy, [0, ...axes.map((axis) => axis.before), 0], [0, ...axes.map((axis) => axis.after), 0]);
  const starts = offsets.map((list, i) => list.map((offset) => offset + (axes[i]?.before ?? 0)));
  const columns = columnsAt(b, padded, starts, { strides: lengths.map(() => 1), out: lengths });
  const product = b.gemm(groupedKernels(b, w, axes, offsets), columns);
  const rank = lengths.length;
  const stacked = b.reshape(product, [...window.strides, c, ...lengths, n]);
  const interleaved = lengths.flatMap((_, i) => [rank + 1 + i, i]);
  return b.reshape(b.transpose(stacked, [rank, ...interleaved, 2 * rank + 1]), x.shape);
}

/** Columns [c x kernel positions, out x n] of x [c, ...spatial, n]. */
function windowColumns(b: Builder, x: Value, window: Window, out: readonly number[]): Value {
  const padded = b.pad(x, [0, ...window.before, 0], [0, ...window.after, 0]);
  const starts = window.kernel.map((size, i) => Array.from({ length: size }, (_, k) => k * (window.dilations[i] ?? 1)));
  return columnsAt(b, padded, starts, { strides: window.strides, out });
}

/** One Gather of what stands at start + position * stride, for all starts of each axis and all positions. */
function columnsAt(
  b: Builder,
  x: Value,
  starts: readonly (readonly number[])[],
  { strides, out }: { strides: readonly number[]; out: readonly number[] },
): Value {
  const [c, n] = [dim(x.shape, 0), dim(x.shape, -1)];
  const spatial = x.shape.slice(1, -1);
  const pitch = stridesOf(spatial);
  const counts = starts.map(({ length }) => length);
  const places = positionsIn(counts).flatMap((k) =>
    positionsIn(out).map((at) =>
      at.reduce((sum, o, i) => {
        return sum + (o * (strides[i] ?? 1) + (starts[i]?.[k[i] ?? 0] ?? 0)) * (pitch[i] ?? 0);
      }, 0),
    ),
  );
  const columns = b.gather(b.reshape(x, [c, sizeOf(spatial), n]), b.ints(places), 1);
  return b.reshape(columns, [c * sizeOf(counts), sizeOf(out) * n]);
}

/** Places in dy, relative to an element's own, that any group of the axis meets; the last first, as kernel positions go. */
function offsetsOf({ groups }: AxisGroups): number[] {
  const met = groups.flat().map(({ from }) => from);
  const least = Math.min(...met);
  return Array.from({ length: Math.max(...met) - least + 1 }, (_, i) => Math.max(...met) - i);
}

/** Kernels [m, c, ...k] as [groups x c, m x offsets], zero where a group does not see an offset. */
function groupedKernels(
  b: Builder,
  w: Value,
  axes: readonly AxisGroups[],
  offsets: readonly (readonly number[])[],
): Value {
  const [m = 1, c = 1, ...kernel] = w.shape;
  const positions = sizeOf(kernel);
  const pitch = stridesOf(kernel);
  const table = positionsIn(axes.map(({ groups }) => groups.length)).flatMap((group) =>
    positionsIn(offsets.map(({ length }) => length)).map((at) => {
      const seen = at.map((u, i) => {
        const offset = offsets[i]?.[u];
        return axes[i]?.groups[group[i] ?? 0]?.find(({ from }) => from === offset)?.k;
      });
      return seen.reduce<number>((sum, k, i) => (k === undefined ? positions : sum + k * (pitch[i] ?? 0)), 0);
    }),
  );
  // Without strides every position is seen, in its own order.
  if (table.length === positions && table.every((k, i) => k === i))
    return b.reshape(b.transpose(b.reshape(w, [m, c, positions]), [1, 0, 2]), [c, m * positions]);
  const byPosition = b.pad(b.transpose(b.reshape(w, [m, c, positions]), [2, 1, 0]), [0, 0, 0], [1, 0, 0]);
  const groups = sizeOf(axes.map(({ groups: list }) => list.length));
  const each = sizeOf(offsets.map(({ length }) => length));
  const gathered = b.reshape(b.gather(byPosition, b.ints(table.map((k) => Math.min(k, positions)))), [
    groups,
    each,
    c,
    m,
  ]);
  return b.reshape(b.transpose(gathered, [0, 2, 3, 1]), [groups * c, m * each]);
}
