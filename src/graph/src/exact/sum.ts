import type { Builder } from "../builder";
import { sizeOf, type Value } from "../ir";
import { frontAxes } from "../shape";
import { scaleOf } from "./power-of-two";

/** Elements that are added up in float32 at once. */
export const BLOCK_MAX = 16;
/** Whole numbers up to 2^24 are exact in float32. */
const MANTISSA_BITS = 24;

/** How a sum is computed. */
interface Plan {
  /** The shape in which one reduced axis is split into blocks, and the axes that a block extends along. */
  readonly split: readonly number[];
  readonly block: readonly number[];
  /** The reduced axes when a block has become one number; none where the block is all there is. */
  readonly blocks: readonly number[];
  /** The split shape with all reduced axes as one. */
  readonly kept: readonly number[];
  /** Elements of a block. */
  readonly size: number;
  /** Shape of the result, and elements of a sum. */
  readonly shape: readonly number[];
  readonly count: number;
}

/**
 * Sum over axes whose value does not depend on the order: float32 [...] to float32 without the axes, or with them as one.
 *
 * Elements are rounded to multiples of a unit, the 2^-20th part (with blocks of 16) of a power of two that no element of
 * the sum exceeds: adding and subtracting 1.5 * 2^23 units does that. A block holds at most 2^24 units, so every partial
 * sum of it is a whole number of units that float32 holds; blocks are added in float64, which holds 2^53. Hence nothing is
 * rounded but the elements at first and the total at last. |error| <= count * 2^-20 * max |x|, and 2^-24 of the total.
 *
 * NaN or an infinity in a sum makes it NaN or infinite, whatever maximum is found beside it: every sum that holds one is.
 * A sum with an element from 2^104 on is NaN. `bound`, a power of two that no |x| exceeds, spares the search for the maximum.
 */
export function exactSum(b: Builder, x: Value, axes: readonly number[], keep: boolean, bound?: number): Value {
  return axes.length === 0 ? x : total(b, x, planOf(x.shape, axes, keep), bound, 1);
}

/** Mean over axes, from `exactSum`'s total by one division. */
export function exactMean(b: Builder, x: Value, axes: readonly number[], keep: boolean, bound?: number): Value {
  const plan = planOf(x.shape, axes, keep);
  return axes.length === 0 ? x : total(b, x, plan, bound, plan.count);
}

function planOf(shape: readonly number[], listed: readonly number[], keep: boolean): Plan {
  const axes = frontAxes(listed, shape.length);
  const sizes = axes.map((axis) => shape[axis] ?? 1);
  const count = sizeOf(sizes);
  const kept = shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  const result = { shape: keep ? kept : shape.filter((_, axis) => !axes.includes(axis)), count };
  if (count <= BLOCK_MAX) return { ...result, split: shape, block: axes, blocks: [], kept, size: count };
  const size = Math.max(...sizes.map(blockOf));
  const at = axes[sizes.findLastIndex((length) => blockOf(length) === size)] ?? 0;
  return {
    ...result,
    split: shape.flatMap((length, axis) => (axis === at ? [length / size, size] : [length])),
    block: [at + 1],
    blocks: axes,
    kept: kept.flatMap((length, axis) => (axis === at ? [1, 1] : [length])),
    size,
  };
}

/** The largest divisor of a length that makes a block. */
function blockOf(length: number): number {
  return Array.from({ length: BLOCK_MAX }, (_, i) => BLOCK_MAX - i).find((size) => length % size === 0) ?? 1;
}

function total(b: Builder, x: Value, plan: Plan, bound: number | undefined, divisor: number): Value {
  if (sizeOf(x.shape) === 0) return b.filled(x.dtype, plan.shape, divisor === 0 ? NaN : 0);
  const elements = b.reshape(x, plan.split);
  const units = Math.min(MANTISSA_BITS - 2, MANTISSA_BITS - Math.ceil(Math.log2(plan.size)));
  const lift = 1.5 * 2 ** (MANTISSA_BITS - 1 - units);
  const anchor =
    bound === undefined
      ? b.reshape(b.scale(scaleOf(b, peak(b, elements, plan)), lift), plan.kept)
      : b.scalar(x.dtype, bound * lift);
  const rounded = b.sub(b.add(elements, anchor), anchor);
  const sums = b.sum(rounded, plan.block);
  const wide = plan.blocks.length === 0 ? sums : b.sum(b.cast(sums, "float64"), plan.blocks);
  return b.reshape(b.cast(divisor === 1 ? wide : b.div(wide, b.scalar(wide.dtype, divisor)), x.dtype), plan.shape);
}

/** The largest |x| of each sum, in one row: an operation on a scalar and [n, 1] takes a runtime many times one on [n]. */
function peak(b: Builder, elements: Value, { block, blocks, kept }: Plan): Value {
  const tops = b.reduce("ReduceMax", b.op("Abs", [elements]), block, false);
  return b.reshape(b.reduce("ReduceMax", tops, blocks, false), [sizeOf(kept)]);
}
