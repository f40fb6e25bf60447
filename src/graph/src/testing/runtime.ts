import { sizeOf, type StoredType } from "../ir";

/** A tensor as tests handle it: plain numbers. */
export interface Numbers {
  readonly dtype: StoredType;
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** Numbers in [-1, 1) that depend on a seed and a place only. */
export function noise(count: number, seed: number): number[] {
  return Array.from({ length: count }, (_, i) => {
    const x = Math.sin((i + 1) * 12.9898 + seed * 78.233) * 43758.5453;
    return (x - Math.floor(x)) * 2 - 1;
  });
}

/** All coordinates of a shape, row-major. */
export function* coordinates(shape: readonly number[]): Generator<number[]> {
  for (let at = 0; at < sizeOf(shape); at++) {
    let rest = at;
    yield [...shape]
      .reverse()
      .map((size) => {
        const index = rest % size;
        rest = Math.floor(rest / size);
        return index;
      })
      .reverse();
  }
}

/** Place of a coordinate, counting dimensions of size one as repeated. */
export function placeOf(at: readonly number[], shape: readonly number[]): number {
  const lead = at.length - shape.length;
  return shape.reduce((sum, size, axis) => sum * size + (size === 1 ? 0 : (at[axis + lead] ?? 0)), 0);
}

/** Reads a tensor as if it were broadcast. */
export const read = (tensor: Numbers, at: readonly number[]): number =>
  tensor.data[placeOf(at, tensor.shape)] ?? Number.NaN;

/** Builds a tensor from a function of its coordinates. */
export function build(
  shape: readonly number[],
  value: (at: number[]) => number,
  dtype: StoredType = "float32",
): Numbers {
  return { dtype, shape, data: [...coordinates(shape)].map(value) };
}
