import type { LossPoint } from "@/ui/loss-chart/series";
import type { LiveSegment } from "./types";

/** Global steps and losses of what a machine streams: step 1 is the first of the job. */
export function livePoints(live: LiveSegment, stepsPerSegment: number): LossPoint[] {
  const before = live.index * stepsPerSegment + live.lossesFrom;
  return live.losses.map((loss, i) => ({ step: before + i + 1, loss, verified: false }));
}

/**
 * The stored curve with the stream's tail behind it. A step that is stored already never comes from the stream, so the
 * picture does not jump when a segment is committed.
 */
export function withTail(stored: readonly LossPoint[], tail: readonly LossPoint[]): LossPoint[] {
  const last = stored.at(-1)?.step ?? 0;
  return [...stored, ...tail.filter((point) => point.step > last)];
}

/** Adds news to the tail, newest value of each step, in order; what the stored curve covers falls off. */
export function growTail(tail: readonly LossPoint[], news: readonly LossPoint[], storedUntil: number): LossPoint[] {
  const byStep = new Map<number, LossPoint>();
  for (const point of [...tail, ...news]) if (point.step > storedUntil) byStep.set(point.step, point);
  return [...byStep.values()].sort((a, b) => a.step - b.step);
}
