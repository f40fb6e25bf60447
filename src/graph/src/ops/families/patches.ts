import type { Builder } from "../../builder";
import { sizeOf, type Value } from "../../ir";
import { misfit } from "../../refusal";
import { dim } from "../../shape";
import { positionsIn } from "./positions";
import { slideShape, type Window } from "./window";

/** A convolution without dilation on x [h, w, n, c] with kernels [m, c, kh, kw]. */
export interface Patching {
  readonly x: Value;
  readonly w: Value;
  readonly window: Window;
}

/** One product of patches, the channels under all kernel positions side by side, with the kernels. */
export function patchConvolution(b: Builder, p: Patching): Value {
  const out = slideShape(p.x.shape.slice(0, 2), p.window);
  const y = b.gemm(patches(b, p), kernelRows(b, p.w), undefined, { transB: true });
  return b.reshape(y, [...out, dim(p.x.shape, 2), dim(p.w.shape, 0)]);
}

export function patchGradients(
  b: Builder,
  p: Patching,
  dy: Value,
  wantsInput: boolean,
): [dx: Value | undefined, dw: Value] {
  const { w } = p;
  const [m, c] = [dim(w.shape, 0), dim(w.shape, 1)];
  const rows = b.gemm(b.rows(dy), patches(b, p), undefined, { transA: true });
  const dw = b.transpose(b.reshape(rows, [m, sizeOf(p.window.kernel), c]), [0, 2, 1]);
  return [wantsInput ? inputGradient(b, p, dy) : undefined, b.reshape(dw, w.shape)];
}

/** Kernels as [m, positions x c]. */
function kernelRows(b: Builder, w: Value): Value {
  const [m, c, ...kernel] = w.shape;
  const columns = sizeOf(kernel);
  return b.reshape(b.transpose(b.reshape(w, [m ?? 1, c ?? 1, columns]), [0, 2, 1]), [m ?? 1, columns * (c ?? 1)]);
}

/** [positions of the result x n, kernel positions x c]. */
function patches(b: Builder, { x, window }: Patching): Value {
  const out = slideShape(x.shape.slice(0, 2), window);
  const padded = b.pad(x, [...window.before, 0, 0], [...window.after, 0, 0]);
  const taps = positionsIn(window.kernel).map((at) => tap(b, padded, at, out, window.strides));
  return b.rows(b.concat(taps, 3));
}

function tap(
  b: Builder,
  x: Value,
  starts: readonly number[],
  out: readonly number[],
  strides: readonly number[],
): Value {
  const ends = out.map((size, i) => (starts[i] ?? 0) + (size - 1) * (strides[i] ?? 1) + 1);
  return b.slice(x, [0, 1], starts, ends, strides);
}

/**
 * Input positions that agree modulo the stride see the same kernel positions: one product for each of these groups, which
 * are then interleaved. For a stride of 1 that is a convolution with the kernels turned around.
 */
function inputGradient(b: Builder, { x, w, window }: Patching, dy: Value): Value {
  const [n, c] = [dim(x.shape, 2), dim(x.shape, 3)];
  const [sizeY, sizeX] = [0, 1].map((axis) => axisGroups(dim(x.shape, axis), dim(dy.shape, axis), window, axis));
  if (sizeY === undefined || sizeX === undefined) misfit("A convolution lacks an axis.");
  const margin = [sizeY, sizeX].map(({ before, after }) => ({ before, after }));
  const padded = b.pad(dy, [...margin.map((m) => m.before), 0, 0], [...margin.map((m) => m.after), 0, 0]);
  const out = [sizeY.length, sizeX.length];
  const rows = sizeY.groups.map((down) => {
    const groups = sizeX.groups.map((across) => {
      const pairs = down.flatMap((y) => across.map((z) => [y, z] as const));
      const shape = [...out, n, c];
      if (pairs.length === 0) return b.filled(x.dtype, shape, 0);
      const seen = pairs.map(([y, z]) => tap(b, padded, [y.from + sizeY.before, z.from + sizeX.before], out, [1, 1]));
      const kernels = pairs.map(([y, z]) =>
        b.reshape(b.slice(w, [2, 3], [y.k, z.k], [y.k + 1, z.k + 1]), w.shape.slice(0, 2)),
      );
      return b.reshape(b.gemm(b.rows(b.concat(seen, 3)), b.concat(kernels, 0)), shape);
    });
    return interleave(b, groups, 1);
  });
  return interleave(b, rows, 0);
}

/** Zips tensors of one shape along an axis: element i of each, then i + 1. */
function interleave(b: Builder, values: readonly Value[], axis: number): Value {
  const shape = values[0]?.shape ?? [];
  const at = axis + 1;
  const wide = values.map((value) => b.reshape(value, [...shape.slice(0, at), 1, sizeOf(shape.slice(at))]));
  return b.reshape(
    b.concat(wide, at),
    shape.map((size, i) => (i === axis ? size * values.length : size)),
  );
}

/** Input positions of one axis that agree modulo the stride, and what they see. */
export interface AxisGroups {
  /** Kernel positions of each group with the place in dy that its first element meets. */
  readonly groups: readonly (readonly { readonly k: number; readonly from: number }[])[];
  /** Elements of a group. */
  readonly length: number;
  /** Margins that dy needs. */
  readonly before: number;
  readonly after: number;
}

/** The groups of an axis of `size` positions whose gradient has `gradientSize`; the stride divides the size. */
export function axisGroups(size: number, gradientSize: number, window: Window, axis: number): AxisGroups {
  const [stride, pad] = [window.strides[axis] ?? 1, window.before[axis] ?? 0];
  const length = size / stride;
  const groups = Array.from({ length: stride }, (_, phase) =>
    Array.from({ length: window.kernel[axis] ?? 1 }, (__, k) => k)
      .filter((k) => (phase + pad - k) % stride === 0)
      .map((k) => ({ k, from: (phase + pad - k) / stride })),
  );
  const places = groups.flat().map(({ from }) => from);
  return {
    groups,
    length,
    before: Math.max(0, ...places.map((from) => -from)),
    after: Math.max(0, ...places.map((from) => from + length - gradientSize)),
  };
}
