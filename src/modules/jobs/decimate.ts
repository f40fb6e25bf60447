/**
 * Thins a curve to at most `max` points, keeping of every bucket its lowest and its highest, so that spikes stay visible.
 * The first and the last point always stay.
 */
export function decimate<T extends { readonly loss: number }>(points: readonly T[], max: number): T[] {
  if (points.length <= max) return [...points];
  const buckets = Math.max(1, Math.floor((max - 2) / 2));
  const inner = points.length - 2;
  const kept = new Set<number>([0, points.length - 1]);
  for (let b = 0; b < buckets; b++) {
    const from = 1 + Math.floor((b * inner) / buckets);
    const to = 1 + Math.floor(((b + 1) * inner) / buckets);
    let [low, high] = [from, from];
    for (let i = from; i < to; i++) {
      if (at(points, i).loss < at(points, low).loss) low = i;
      if (at(points, i).loss > at(points, high).loss) high = i;
    }
    if (from < to) kept.add(low).add(high);
  }
  return [...kept].sort((a, b) => a - b).map((i) => at(points, i));
}

function at<T>(points: readonly T[], index: number): T {
  const point = points[index];
  if (point === undefined) throw new RangeError(`There is no point ${index}.`);
  return point;
}
