import type { Builder } from "../builder";
import { arrayOf, int, intAttribute, ints, isFloat, sizeOf, type Value } from "../ir";
import { misfit } from "../refusal";
import { checkTable, dim } from "../shape";
import { convInputGradient, windowToAttributes } from "./families/convolution";
import { slideShape, windowAttributes, windowOf, type Window } from "./families/window";
import { input, perElement, type Operator } from "./operator";

/**
 * Mean over a window. The kernel counts padding in; a mean that leaves some out is corrected by a constant map of the
 * counts on reading.
 */
export const averagePool: Operator = {
  name: "AveragePool",
  allowed: "buyer",
  inputs: [1, 1],
  attributes: { ...windowAttributes, count_include_pad: "int" },
  read(reading) {
    const { b, attributes } = reading;
    const x = input(reading, 0);
    const spatial = x.shape.slice(2);
    const window = windowOf(attributes, spatial);
    const { ceil_mode: _rounding, ...exact } = attributes;
    const bounds = windowOf(exact, spatial);
    const includes = intAttribute({ attributes }, "count_include_pad", 0) === 1;
    const pooled = meanWithPadding(b, x, window);
    const isWhole = [...window.before, ...window.after].every((width) => width === 0);
    if (isWhole) return [pooled];
    checkTable(sizeOf(pooled.shape.slice(2)), "AveragePool with padding");
    const counted = spatial.map((size, i) =>
      tapsInside(window, i, dim(pooled.shape, i + 2), {
        from: includes ? -(bounds.before[i] ?? 0) : 0,
        to: size + (includes ? (bounds.after[i] ?? 0) : 0),
      }),
    );
    const counts = counted.reduce((all, axis) => all.flatMap((n) => axis.map((m) => n * m)), [1]);
    const whole = sizeOf(window.kernel);
    if (counts.every((count) => count === whole)) return [pooled];
    const factors = counts.map((count) => whole / Math.max(1, count));
    const shape = [1, 1, ...pooled.shape.slice(2)];
    return [b.mul(pooled, b.constant(x.dtype, shape, arrayOf(x.dtype, factors)))];
  },
  infer(draft) {
    const x = input(draft, 0);
    if (!isFloat(x.dtype)) misfit("AveragePool takes floating-point numbers.");
    return [
      {
        dtype: x.dtype,
        shape: [...x.shape.slice(0, 2), ...slideShape(x.shape.slice(2), windowOf(draft.attributes, x.shape.slice(2)))],
      },
    ];
  },
  gradient({ b, node, dy }) {
    const x = input(node, 0);
    const window = windowOf(node.attributes, x.shape.slice(2));
    const share = b.scale(dy, 1 / sizeOf(window.kernel));
    const spatial = x.shape.slice(2);
    const planes = dim(x.shape, 0) * dim(x.shape, 1);
    // Every plane is alike, so planes stand in for the batch and one channel of ones spreads them.
    const flat = b.reshape(share, [planes, 1, ...dy.shape.slice(2)]);
    const ones = b.filled(dy.dtype, [1, 1, ...window.kernel], 1);
    return [b.reshape(convInputGradient(b, flat, ones, window, 1, spatial), x.shape)];
  },
  cost: perElement(4),
};

/** Mean over a window with padding counted as zeros. The kernel has no dilation; a convolution with equal weights has. */
export function meanWithPadding(b: Builder, x: Value, window: Window): Value {
  if (window.dilations.every((n) => n === 1)) {
    return b.op("AveragePool", [x], {
      kernel_shape: ints(window.kernel),
      pads: ints([...window.before, ...window.after]),
      strides: ints(window.strides),
      count_include_pad: int(1),
    });
  }
  const planes = b.reshape(x, [dim(x.shape, 0) * dim(x.shape, 1), 1, ...x.shape.slice(2)]);
  const share = b.filled(x.dtype, [1, 1, ...window.kernel], 1 / sizeOf(window.kernel));
  const pooled = b.op("Conv", [planes, share], windowToAttributes(window, 1));
  return b.reshape(pooled, [...x.shape.slice(0, 2), ...pooled.shape.slice(2)]);
}

/** How many positions of the window lie inside the bounds, for each of `count` places along a spatial dimension. */
function tapsInside(window: Window, i: number, count: number, bounds: { from: number; to: number }): number[] {
  return Array.from({ length: count }, (_, o) => {
    const start = o * (window.strides[i] ?? 1) - (window.before[i] ?? 0);
    const taps = Array.from({ length: window.kernel[i] ?? 1 }, (_tap, k) => start + k * (window.dilations[i] ?? 1));
    return taps.filter((at) => at >= bounds.from && at < bounds.to).length;
  });
}
