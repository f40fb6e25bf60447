import { describe, expect, it } from "vitest";
import { reputationScore } from "./score";

describe("reputation", () => {
  it("starts at nothing and grows with audited segments", () => {
    const scores = [0, 1, 10, 100, 10_000].map((validSegments) => reputationScore({ validSegments, faults: 0 }));
    expect(scores[0]).toBe(0);
    expect(scores).toEqual([...scores].sort((a, b) => a - b));
    expect(scores[1]).toBeCloseTo(0.2065, 3);
    expect(scores[3]).toBeCloseTo(0.963, 3);
  });

  it("falls with a fault and never leaves [0, 1]", () => {
    expect(reputationScore({ validSegments: 100, faults: 1 })).toBeLessThan(
      reputationScore({ validSegments: 100, faults: 0 }),
    );
    expect(reputationScore({ validSegments: 0, faults: 5 })).toBe(0);
    expect(reputationScore({ validSegments: 10 ** 9, faults: 0 })).toBeLessThanOrEqual(1);
  });
});
