import type { Builder } from "../builder";
import { sizeOf, type Value } from "../ir";
import { frontAxes } from "../shape";
import { scaleOf } from "./power-of-two";

/** Elements that are added up in float32 at once. */
export const BLOCK_MAX = 128;
/** Whole numbers up to 2^24 are exact in float32. */
export const MANTISSA_BITS = 24;

/** How a sum is computed: of a tensor whose neighbouring axes are joined and whose longest reduced axis is cut into blocks. */
interface Plan {
  /** Axes in turn reduced and kept; a block is one of them. */
  readonly split: readonly number[];
  /** Elements of a block, and its axis in `split`. */
  readonly size: number;
  readonly block: number;
  /** All reduced axes of `split`, the block's included. */
  readonly reduced: readonly number[];
  /** Shape of the result, and elements of a sum. */
  readonly shape: readonly number[];
  readonly count: number;
}

/**
 * Sum over axes whose value does not depend on the order: float32 [...] to float32 without the axes, or with them as one.
 *
 * Elements are rounded to multiples of a unit, the 2^-17th part (with blocks of 128) of a power of two that no element of
 * the sum exceeds: adding and subtracting 1.5 * 2^23 units does that. A block holds at most 2^24 units, so every partial
 * sum of it is a whole number of units that float32 holds; a block is added up by a product with ones, which is the fastest
 * kernel for it and may add in any order. Blocks are added in float64, which holds 2^53 units. Hence nothing is rounded but
 * the elements at first and the total at last. |error| <= count * 2^-17 * max |x|, and 2^-24 of the total.
 *
 * NaN or an infinity in a sum makes it NaN or infinite, whatever maximum is found beside it: every sum that holds one is.
 * A sum with an element from 2^104 on is NaN.
 */
export function exactSum(b: Builder, x: Value, axes: readonly number[], keep: boolean): Value {
  return axes.length === 0 ? x : total(b, x, planOf(x.shape, axes, keep), 1);
}

/** Mean over axes, from `exactSum`'s total by one division. */
export function exactMean(b: Builder, x: Value, axes: readonly number[], keep: boolean): Value {
  const plan = planOf(x.shape, axes, keep);
  return axes.length === 0 ? x : total(b, x, plan, plan.count);
}

function planOf(shape: readonly number[], listed: readonly number[], keep: boolean): Plan {
  const axes = frontAxes(listed, shape.length);
  const joined: { size: number; isReduced: boolean }[] = [];
  shape.forEach((size, axis) => {
    const last = joined.at(-1);
    const isReduced = axes.includes(axis);
    if (last?.isReduced === isReduced) last.size *= size;
    else joined.push({ size, isReduced });
  });
  const blocks = joined.map(({ size, isReduced }) => (isReduced ? blockOf(size) : 0));
  const at = blocks.lastIndexOf(Math.max(...blocks));
  const size = blocks[at] ?? 1;
  const split = joined.flatMap((axis, i) =>
    i === at
      ? [
          { size: axis.size / size, isReduced: true },
          { size, isReduced: true },
        ]
      : [axis],
  );
  return {
    split: split.map((axis) => axis.size),
    size,
    block: at + 1,
    reduced: split.flatMap(({ isReduced }, i) => (isReduced ? [i] : [])),
    shape: keep
      ? shape.map((length, axis) => (axes.includes(axis) ? 1 : length))
      : shape.filter((_, axis) => !axes.includes(axis)),
    count: sizeOf(axes.map((axis) => shape[axis] ?? 1)),
  };
}

/** The largest divisor of a length that makes a block. */
function blockOf(length: number): number {
  return Array.from({ length: BLOCK_MAX }, (_, i) => BLOCK_MAX - i).find((size) => length % size === 0) ?? 1;
}

function total(b: Builder, x: Value, plan: Plan, divisor: number): Value {
  if (sizeOf(x.shape) === 0) return b.filled(x.dtype, plan.shape, divisor === 0 ? NaN : 0);
  const { split, size, block, reduced } = plan;
  const elements = b.reshape(x, split);
  const kept = split.map((length, axis) => (reduced.includes(axis) ? 1 : length));
  const anchor = b.reshape(b.scale(scaleOf(b, peak(b, elements, reduced)), liftOf(size)), kept);
  const rounded = b.sub(b.add(elements, anchor), anchor);
  // Always by way of float64: the runtime would make one product of a product and a quotient that follows it.
  const sums = b.cast(addBlocks(b, rounded, block), "float64");
  const others = reduced
    .filter((axis) => axis !== block && split[axis] !== 1)
    .map((axis) => axis - Number(axis > block));
  const wide = others.length === 0 ? sums : b.sum(sums, others);
  return b.reshape(b.cast(divisor === 1 ? wide : b.div(wide, b.scalar("float64", divisor)), x.dtype), plan.shape);
}

/** 1.5 * 2^23 units in powers of two of the largest element, so that `size` elements are at most 2^24 units. */
export function liftOf(size: number): number {
  const units = Math.min(MANTISSA_BITS - 2, MANTISSA_BITS - Math.ceil(Math.log2(size)));
  return 1.5 * 2 ** (MANTISSA_BITS - 1 - units);
}

/** Sums along an axis, which goes. */
function addBlocks(b: Builder, x: Value, axis: number): Value {
  const [before, size, after] = [x.shape.slice(0, axis), x.shape[axis] ?? 1, x.shape.slice(axis + 1)];
  const inner = sizeOf(after);
  const sums =
    inner === 1
      ? b.op("MatMul", [b.reshape(x, [sizeOf(before), size]), ones(b, [size, 1])])
      : b.op("MatMul", [ones(b, [1, size]), b.reshape(x, [sizeOf(before), size, inner])]);
  return b.reshape(sums, [...before, ...after]);
}

const ones = (b: Builder, shape: readonly number[]): Value =>
  b.constant("float32", shape, new Float32Array(sizeOf(shape)).fill(1));

/** The largest |x| of each sum, in one row: an operation on a scalar and [n, 1] takes a runtime many times one on [n]. */
function peak(b: Builder, elements: Value, reduced: readonly number[]): Value {
  const tops = b.reduce("ReduceMax", b.op("Abs", [elements]), reduced, false);
  return b.reshape(tops, [sizeOf(tops.shape)]);
}
