import { sizeOf } from "../ir";
import { moreElementwiseRows } from "./rows-activations";
import { elementwiseRows } from "./rows-elementwise";
import type { Operand, Row } from "./row";
import { noise } from "./runtime";

/** Rows whose reference holds for the shapes of its row only, or whose second operand has rules of its own. */
const FIXED_SHAPES = ["Where", "Mean", "PRelu", "Clip (computed bounds)"];
const RANK_MAX = 4;

const title = (row: Row): string => (row.note === undefined ? row.op : `${row.op} (${row.note})`);

/** Whole numbers from 0 to below `limit` that depend on a seed only. */
const drawn = (count: number, limit: number, seed: number): number[] =>
  noise(count, seed).map((x) => Math.floor(((x + 1) / 2) * limit));

/** Shapes that broadcast together: parts of one drawn shape, with some axes of size one and some leading axes left out. */
function shapesFor(count: number, seed: number, hasEmptyAxis: boolean): number[][] {
  const [rank = 0] = drawn(1, RANK_MAX, seed);
  const drawnShape = drawn(rank + 1, 3, seed + 1).map((size) => size + 1);
  const whole = hasEmptyAxis ? drawnShape.with(drawnShape.length >> 1, 0) : drawnShape;
  return Array.from({ length: count }, (_, i) => {
    if (count === 1) return whole;
    const [left = 0, ...ones] = drawn(whole.length + 1, 3, seed + 2 + i);
    return whole.slice(i === 0 ? 0 : Math.max(0, left - 1)).map((size, axis) => (ones[axis] === 0 ? 1 : size));
  });
}

/** The operand in another shape, with numbers of the old one, so that they stay where the function is defined. */
const refilled = (operand: Operand, shape: readonly number[]): Operand => ({
  ...operand,
  shape,
  data: Array.from({ length: sizeOf(shape) }, (_, i) => operand.data[(7 * i + 3) % operand.data.length] ?? 0),
});

function reshaped(row: Row, seed: number, hasEmptyAxis: boolean): Row {
  const fed = row.inputs.filter((operand) => operand?.constant === false);
  const shapes = shapesFor(fed.length, seed, hasEmptyAxis);
  const inputs = row.inputs.map((operand) =>
    operand === undefined || operand.constant ? operand : refilled(operand, shapes[fed.indexOf(operand)] ?? []),
  );
  const text = shapes.map((shape) => `[${shape.join(", ")}]`).join(" ");
  return { ...row, inputs, note: `${row.note === undefined ? "" : `${row.note}, `}${text}` };
}

/** Element-wise rows again with drawn shapes: broadcasting in every place, axes of size one, and an axis of size zero. */
export const reshapedRows: readonly Row[] = [...elementwiseRows, ...moreElementwiseRows]
  .filter((row) => row.valuesOnly === undefined && !FIXED_SHAPES.includes(title(row)))
  .flatMap((row, i) => [
    reshaped(row, 10 * i + 1, false),
    reshaped(row, 10 * i + 5, false),
    reshaped(row, 10 * i + 7, true),
  ]);
