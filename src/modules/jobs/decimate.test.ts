import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decimate } from "./decimate";

describe("decimation", () => {
  it("keeps ends, highest and lowest, in order, within the limit", () => {
    const curve = fc.array(fc.record({ loss: fc.float({ noNaN: true }) }), { minLength: 1, maxLength: 5_000 });
    fc.assert(
      fc.property(curve, fc.integer({ min: 50, max: 500 }), (points, max) => {
        const kept = decimate(points, max);
        const losses = (list: readonly { loss: number }[]): number[] => list.map((p) => p.loss);
        expect(kept.length).toBeLessThanOrEqual(Math.max(max, 1));
        expect(kept[0]).toBe(points[0]);
        expect(kept.at(-1)).toBe(points.at(-1));
        expect(Math.max(...losses(kept))).toBe(Math.max(...losses(points)));
        expect(Math.min(...losses(kept))).toBe(Math.min(...losses(points)));
        const places = kept.map((point) => points.indexOf(point));
        expect(places).toEqual([...places].sort((a, b) => a - b));
      }),
      { numRuns: 100 },
    );
  });
});
