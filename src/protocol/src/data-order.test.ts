import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dataOrder, exampleAt } from "./data-order";

describe("data order", () => {
  it("visits every example exactly once an epoch", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3_000 }), fc.string(), fc.nat(5), (count, seed, epoch) => {
        const order = dataOrder(seed, count);
        const seen = new Set(Array.from({ length: count }, (_, i) => exampleAt(order, epoch * count + i)));
        expect(seen.size).toBe(count);
        expect(Math.max(...seen)).toBe(count - 1);
      }),
      { numRuns: 60 },
    );
  });

  it("differs between epochs and seeds, and repeats for the same", () => {
    const take = (seed: string, epoch: number): number[] => {
      const order = dataOrder(seed, 60_000);
      return Array.from({ length: 50 }, (_, i) => exampleAt(order, epoch * 60_000 + i));
    };
    expect(take("a", 0)).toEqual(take("a", 0));
    expect(take("a", 0)).not.toEqual(take("a", 1));
    expect(take("a", 0)).not.toEqual(take("b", 0));
  });

  it("spreads the first batch over the whole set", () => {
    const order = dataOrder("seed", 60_000);
    const thirds = [0, 0, 0];
    for (let i = 0; i < 3_000; i++) {
      const third = Math.floor(exampleAt(order, i) / 20_000);
      thirds[third] = (thirds[third] ?? 0) + 1;
    }
    for (const share of thirds) expect(Math.abs(share - 1_000)).toBeLessThan(150);
  });

  it.each([0, -1, 1.5, 2 ** 41])("refuses %s examples", (count) => {
    expect(() => dataOrder("seed", count)).toThrow(RangeError);
  });
});
