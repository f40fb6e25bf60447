import { describe, expect, it } from "vitest";
import { auditProbability, drawKeyHash, isDrawn } from "./draw";

describe("audit draw", () => {
  it("always audits a machine's first three segments, then falls to a floor of 5 %", () => {
    const curve = [0, 1, 2, 3, 5, 15, 95, 10_000].map(auditProbability);
    expect(curve).toEqual([1, 1, 1, 0.625, 0.5, 0.25, 0.05, 0.05]);
  });

  it("draws at the stated rate, and the same for everyone who has the key", () => {
    const draw = (i: number, drawKey = "cd".repeat(32)): boolean =>
      isDrawn({ drawKey, job: "job_1", index: i, commitment: i.toString(16).padStart(64, "0"), probability: 0.05 });
    const drawn = Array.from({ length: 20_000 }, (_, i) => draw(i));
    const rate = drawn.filter(Boolean).length / drawn.length;
    expect(rate).toBeGreaterThan(0.045);
    expect(rate).toBeLessThan(0.055);
    expect(Array.from({ length: 200 }, (_, i) => draw(i))).toEqual(drawn.slice(0, 200));
    expect(Array.from({ length: 200 }, (_, i) => draw(i, "00".repeat(32)))).not.toEqual(drawn.slice(0, 200));
  });

  it("commits to the key without telling it", () => {
    expect(drawKeyHash("cd".repeat(32))).toHaveLength(64);
    expect(drawKeyHash("cd".repeat(32))).not.toContain("cdcdcd");
  });
});
