import type { Builder } from "../builder";
import { sizeOf, type Value } from "../ir";
import { productShape } from "../ops/matmul";
import { dim } from "../shape";
import { LOW_UNITS, zeroPoint, type Side, type Slicer, type Slices } from "./slices";

/**
 * Longest sum of products in one accumulator. Elements on the left are at most 192 before the zero point is taken off, so a
 * product is at most 192 * 64 < 2^14, and both cross products are added up together: 2 * 2^16 terms stay below 2^31.
 */
export const DEPTH_MAX = 2 ** 16;

/** One operand: what it is before it is turned, and whether its last two axes are exchanged. */
export interface Factor {
  readonly value: Value;
  readonly isTurned: boolean;
}

/**
 * a b factor for stacks of matrices [..., m, k] and [..., k, n], from integer products of slices. With two slices of each,
 * the product of the lower ones, at most 2^-14 of a whole product, is left out. |error| <= k * 2^-12 * max |a| * max |b|,
 * typically sqrt(k) in the place of k.
 */
export function exactProduct(b: Builder, slicer: Slicer, a: Factor, c: Factor, factor: number): Value {
  const asAsked = workOf(slicer, a, c);
  const exchanged = workOf(slicer, turn(c), turn(a)) + 8 * sizeOf(shapeOf(a, c));
  if (exchanged >= asAsked) return product(b, slicer, a, c, factor);
  return turned(b, product(b, slicer, turn(c), turn(a), factor));
}

const turn = ({ value, isTurned }: Factor): Factor => ({ value, isTurned: !isTurned });

/** Bytes that cutting and turning operands moves, where that is not done yet. */
function workOf(slicer: Slicer, left: Factor, right: Factor): number {
  const cutting = (factor: Factor, side: Side): number => (slicer.isCut(factor.value, side) ? 0 : 40);
  const each = (factor: Factor, side: Side): number =>
    (cutting(factor, side) + (factor.isTurned ? 4 : 0)) * sizeOf(factor.value.shape);
  return each(left, "left") + each(right, "right");
}

const matrixOf = ({ value: { shape }, isTurned }: Factor): readonly number[] =>
  isTurned ? [...shape.slice(0, -2), dim(shape, -1), dim(shape, -2)] : shape;

const shapeOf = (a: Factor, c: Factor): number[] => productShape(matrixOf(a), matrixOf(c));

function product(b: Builder, slicer: Slicer, a: Factor, c: Factor, factor: number): Value {
  const left = slicesOf(b, slicer, a, "left");
  const right = slicesOf(b, slicer, c, "right");
  const depth = dim(left.high.shape, -1);
  if (depth === 0 || sizeOf(shapeOf(a, c)) === 0) return b.filled("float32", shapeOf(a, c), 0);
  const scaledLeft = { ...left, unit: b.scale(left.unit, factor) };
  const parts = Array.from({ length: Math.ceil(depth / DEPTH_MAX) }, (_, i) => {
    const range = [i * DEPTH_MAX, Math.min(depth, (i + 1) * DEPTH_MAX)] as const;
    return partialProduct(b, cropped(b, scaledLeft, -1, range), cropped(b, right, -2, range));
  });
  return parts.reduce((sum, part) => b.add(sum, part));
}

/**
 * Products of one pair of slices. Each has a product of units of its own: the runtime joins an integer product, its cast and
 * its factor into one kernel with the same bits when nothing else reads the factor.
 */
function partialProduct(b: Builder, left: Slices, right: Slices): Value {
  const high = scaled(b, integerProduct(b, left.high, right.high), b.mul(left.unit, right.unit));
  if (left.low === undefined || right.low === undefined) return high;
  // Both cross products have the same unit, so one sum of twice the depth does for both.
  const rank = left.high.shape.length;
  const across = b.concat([left.high, left.low], rank - 1);
  const down = b.concat([right.low, right.high], right.high.shape.length - 2);
  const lowUnit = b.mul(left.unit, b.scale(right.unit, 1 / LOW_UNITS));
  return b.add(high, scaled(b, integerProduct(b, across, down), lowUnit));
}

const integerProduct = (b: Builder, left: Value, right: Value): Value =>
  b.op("MatMulInteger", [left, right, zeroPoint(b, "left")]);

const scaled = (b: Builder, sums: Value, unit: Value): Value => b.mul(b.cast(sums, "float32"), unit);

function slicesOf(b: Builder, slicer: Slicer, { value, isTurned }: Factor, side: Side): Slices {
  const { high, low, unit } = slicer.slicesOf(b, value, side);
  return isTurned ? { high: turned(b, high), low: low && turned(b, low), unit } : { high, low, unit };
}

/** The last two axes exchanged. */
function turned(b: Builder, x: Value): Value {
  const rank = x.shape.length;
  return b.transpose(x, [...x.shape.slice(2).map((_, axis) => axis), rank - 1, rank - 2]);
}

function cropped(
  b: Builder,
  { high, low, unit }: Slices,
  axis: -1 | -2,
  [from, to]: readonly [number, number],
): Slices {
  const crop = (x: Value): Value => b.slice(x, [x.shape.length + axis], [from], [to]);
  return { high: crop(high), low: low && crop(low), unit };
}
