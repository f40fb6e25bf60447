import { describe, expect, it } from "vitest";
import { segmentDrawProbability } from "./draw-audit";

describe("the probability of an audit", () => {
  const trusted = { validSegments: 1_000, segmentCount: 20 };

  it("is the machine's, in parts per million", () => {
    expect(segmentDrawProbability({ ...trusted, index: 5, auditsSoFar: 0 })).toBe(0.05);
    expect(segmentDrawProbability({ ...trusted, validSegments: 8, index: 5, auditsSoFar: 0 })).toBe(0.384615);
  });

  it("is certain for a job's last segment", () => {
    expect(segmentDrawProbability({ ...trusted, index: 19, auditsSoFar: 9 })).toBe(1);
  });

  it("is certain where the job would end with fewer than three audits", () => {
    expect(segmentDrawProbability({ ...trusted, index: 17, auditsSoFar: 0 })).toBe(1);
    expect(segmentDrawProbability({ ...trusted, index: 16, auditsSoFar: 0 })).toBe(0.05);
    expect(segmentDrawProbability({ ...trusted, index: 18, auditsSoFar: 1 })).toBe(1);
    expect(segmentDrawProbability({ ...trusted, segmentCount: 2, index: 0, auditsSoFar: 0 })).toBe(1);
  });
});
