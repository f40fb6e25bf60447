import { misfit, unsupported } from "./refusal";

/** The shape that two shapes broadcast to, by the rules of NumPy. */
export function broadcastShape(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const x = a[a.length - rank + i] ?? 1;
    const y = b[b.length - rank + i] ?? 1;
    if (x !== y && x !== 1 && y !== 1) misfit(`The shapes [${a.join(", ")}] and [${b.join(", ")}] do not broadcast.`);
    return x === 1 ? y : x;
  });
}

/** An axis counted from the front; refuses one outside [-rank, rank). */
export function frontAxis(axis: number, rank: number): number {
  if (!Number.isInteger(axis) || axis < -rank || axis >= rank)
    misfit(`Axis ${axis} is outside a tensor of rank ${rank}.`);
  return axis < 0 ? axis + rank : axis;
}

/** Distinct axes counted from the front, ascending. */
export function frontAxes(axes: readonly number[], rank: number): number[] {
  const front = axes.map((axis) => frontAxis(axis, rank)).sort((a, b) => a - b);
  if (new Set(front).size !== front.length) misfit(`The axes [${axes.join(", ")}] name one axis twice.`);
  return front;
}

/** The dimension at a place that is known to exist. */
export function dim(shape: readonly number[], index: number): number {
  const at = index < 0 ? index + shape.length : index;
  return shape[at] ?? misfit(`A tensor of rank ${shape.length} has no dimension ${index}.`);
}

/** Row-major strides, in elements. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length).fill(1);
  for (let i = shape.length - 2; i >= 0; i--) strides[i] = (strides[i + 1] ?? 1) * (shape[i + 1] ?? 1);
  return strides;
}

/** Most numbers that a rule writes out one by one, as a table of places or weights. */
const TABLE_MAX = 2 ** 22;

/** Refuses a table of more numbers than a rule may write out. */
export function checkTable(count: number, what: string): void {
  if (!(count <= TABLE_MAX))
    unsupported(
      `${what} needs a table of ${count} numbers; at most ${TABLE_MAX} are written out.`,
      "Use smaller tensors.",
    );
}
