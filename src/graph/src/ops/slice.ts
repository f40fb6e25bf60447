import type { Builder } from "../builder";
import { knownNumbers, sizeOf, type Node, type Value } from "../ir";
import { misfit, unsupported } from "../refusal";
import { dim, frontAxes, frontAxis, stridesOf } from "../shape";
import { input, moves, type Draft, type Operator } from "./operator";

/** One range for each axis of the input: elements start, start + step, ... (count of them). */
interface Range {
  readonly start: number;
  readonly step: number;
  readonly count: number;
}

/** Takes a regular sub-range of every axis. */
export const slice: Operator = {
  name: "Slice",
  allowed: "buyer",
  inputs: [3, 5],
  infer(draft) {
    const x = input(draft, 0);
    return [{ dtype: x.dtype, shape: rangesOf(draft).map((range) => range.count) }];
  },
  // Zeros around, and between the elements where the step is greater than one; backwards where the step is negative.
  gradient({ b, node, dy }) {
    const x = input(node, 0);
    const ranges = rangesOf(node).map(forwards);
    const axes = x.shape.map((_, axis) => axis);
    if (ranges.some(({ count }) => count === 0))
      return [b.filled(dy.dtype, x.shape, 0), ...node.inputs.slice(1).map(() => undefined)];
    let spread = reversed(
      b,
      dy,
      rangesOf(node).flatMap(({ step }, axis) => (step < 0 ? [axis] : [])),
    );
    for (const axis of axes) spread = spaced(b, spread, axis, ranges[axis]?.step ?? 1);
    const after = ranges.map(({ start }, axis) => dim(x.shape, axis) - start - dim(spread.shape, axis));
    return [
      b.pad(
        spread,
        ranges.map(({ start }) => start),
        after,
      ),
      ...node.inputs.slice(1).map(() => undefined),
    ];
  },
  fold(inputs, draft, type) {
    const ranges = rangesOf(draft);
    const from = stridesOf(inputs[0]?.shape ?? []);
    const to = stridesOf(type.shape);
    return Array.from({ length: sizeOf(type.shape) }, (_, at) => {
      const source = ranges.reduce((sum, { start, step }, axis) => {
        const coordinate = Math.floor(at / (to[axis] ?? 1)) % (type.shape[axis] ?? 1);
        return sum + (start + coordinate * step) * (from[axis] ?? 0);
      }, 0);
      return Number(inputs[0]?.data[source] ?? 0);
    });
  },
  cost: moves,
};

/** The same places in ascending order. */
const forwards = ({ start, step, count }: Range): Range =>
  step > 0 ? { start, step, count } : { start: start + (count - 1) * step, step: -step, count };

/** Elements in the opposite order along the axes. */
export function reversed(b: Builder, x: Value, axes: readonly number[]): Value {
  if (axes.length === 0) return x;
  return b.slice(
    x,
    axes,
    axes.map((axis) => dim(x.shape, axis) - 1),
    axes.map((axis) => -dim(x.shape, axis) - 1),
    axes.map(() => -1),
  );
}

/** Puts step - 1 zeros between the elements along one axis. */
function spaced(b: Builder, x: Value, axis: number, step: number): Value {
  const count = dim(x.shape, axis);
  if (step === 1 || count <= 1) return x;
  const gap = [...x.shape.slice(0, axis + 1), 1, ...x.shape.slice(axis + 1)];
  const zeros = gap.map(() => 0);
  const wide = b.pad(
    b.reshape(x, gap),
    zeros,
    zeros.map((_, i) => (i === axis + 1 ? step - 1 : 0)),
  );
  const joined = b.reshape(
    wide,
    x.shape.map((size, i) => (i === axis ? size * step : size)),
  );
  return b.slice(joined, [axis], [0], [(count - 1) * step + 1]);
}

function rangesOf(node: Draft | Node): Range[] {
  const x = input(node, 0);
  const numbers = (index: number) => {
    const value = node.inputs[index];
    return value === undefined
      ? undefined
      : (knownNumbers(value) ?? unsupported("Slice has computed bounds.", "Export it with constant bounds."));
  };
  const starts = numbers(1) ?? misfit("Slice has no starts.");
  const ends = numbers(2) ?? misfit("Slice has no ends.");
  const axes = (numbers(3) ?? starts.map((_, i) => i)).map((axis) => frontAxis(axis, x.shape.length));
  const steps = numbers(4) ?? starts.map(() => 1);
  frontAxes(axes, x.shape.length);
  if ([ends, axes, steps].some((list) => list.length !== starts.length) || steps.includes(0))
    misfit("Slice has bounds that do not fit together.");
  return x.shape.map((size, axis) => {
    const i = axes.indexOf(axis);
    if (size === 0) return { start: 0, step: 1, count: 0 };
    const [start, end, step] = i < 0 ? [0, size, 1] : [starts[i] ?? 0, ends[i] ?? 0, steps[i] ?? 1];
    const clamp = (at: number, low: number, high: number) => Math.max(low, Math.min(high, at < 0 ? at + size : at));
    const first = step > 0 ? clamp(start, 0, size) : clamp(start, 0, size - 1);
    const last = step > 0 ? clamp(end, 0, size) : clamp(end, -1, size - 1);
    return { start: first, step, count: Math.max(0, Math.ceil((last - first) / step)) };
  });
}
