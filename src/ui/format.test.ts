import { describe, expect, it } from "vitest";
import { ago, amountText, byteSize, duration, lossText, percent, scaled, shortUsd, utcTime, whole } from "./format";

describe("money at a glance", () => {
  it.each([
    [0n, "$0.00"],
    [1n, "$0.000001"],
    [371n, "$0.000371"],
    [37_128n, "$0.0371"],
    [999_999n, "$1.00"],
    [12_505_000n, "$12.51"],
    [1_234_567_890n, "$1,234.57"],
    [-37_128n, "−$0.0371"],
  ])("writes %s micro-dollars as %s", (amount, text) => expect(shortUsd(amount)).toBe(text));

  it("names the asset: dollars before the amount, tokens after it", () => {
    expect([
      amountText(1_250_001n, "USD"),
      amountText(1_250_001n, "USDC"),
      amountText(-37_128n, "USDC", false),
    ]).toEqual(["$1.250001", "1.250001 USDC", "−0.0371 USDC"]);
  });

  it("never shows a paid amount as nothing", () => {
    for (let amount = 1n; amount < 2_000_000n; amount += 7_919n) expect(shortUsd(amount)).not.toBe("$0.00");
  });
});

describe("quantities", () => {
  it.each([
    [420, "420 ms"],
    [8_400, "8.4 s"],
    [60_000, "1 min"],
    [185_000, "3 min 5 s"],
    [3_599_900, "1 h"],
    [7_800_000, "2 h 10 min"],
    [356_400_000, "4 d 3 h"],
  ])("writes %i ms as %s", (ms, text) => expect(duration(ms)).toBe(text));

  it("writes sizes, rates and counts with their units", () => {
    expect(byteSize(0)).toBe("0 B");
    expect(byteSize(1_572_864)).toBe("1.5 MiB");
    expect(scaled(3.2e12, "FLOP/s")).toBe("3.2 TFLOP/s");
    expect(scaled(950, "FLOP")).toBe("950 FLOP");
    expect(whole(60_000)).toBe("60,000");
    expect(percent(0.98123)).toBe("98.1 %");
  });

  it("writes losses of any size with what distinguishes them", () => {
    expect(lossText(2.302585)).toBe("2.303");
    expect(lossText(0.000123456)).toBe("1.23e-4");
    expect(lossText(Number.NaN)).toBe("NaN");
  });
});

describe("times", () => {
  const now = new Date("2026-11-23T09:14:54Z");
  it.each([
    ["2026-11-23T09:14:52Z", "just now"],
    ["2026-11-23T09:14:30Z", "24 s ago"],
    ["2026-11-23T09:00:00Z", "14 min ago"],
    ["2026-11-23T03:00:00Z", "6 h ago"],
    ["2026-11-20T03:00:00Z", "3 d ago"],
    ["2026-11-23T09:15:54Z", "just now"],
  ])("tells %s as %s", (at, text) => expect(ago(new Date(at), now)).toBe(text));

  it("names the zone", () => expect(utcTime(now)).toBe("2026-11-23 09:14:54 UTC"));
});
