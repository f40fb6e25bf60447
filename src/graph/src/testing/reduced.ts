import { build, coordinates, read, type Numbers } from "./runtime";

/** Reduction over axes, sizes kept as one. */
export function reduced(x: Numbers, axes: readonly number[], fold: (values: number[]) => number): Numbers {
  const groups = new Map<string, number[]>();
  const shape = x.shape.map((size, i) => (axes.includes(i) ? 1 : size));
  for (const at of coordinates(x.shape)) {
    const key = at.map((index, i) => (axes.includes(i) ? 0 : index)).join();
    groups.set(key, [...(groups.get(key) ?? []), read(x, at)]);
  }
  return build(shape, (at) => fold(groups.get(at.join()) ?? []));
}

export const total = (values: number[]): number => values.reduce((a, b) => a + b, 0);
export const mean = (values: number[]): number => total(values) / values.length;
export const squeezed = (x: Numbers, ...shape: number[]): Numbers => ({ ...x, shape });
