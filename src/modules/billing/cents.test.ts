import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decimalText, roundToCents, RunningCents } from "./cents";

const anyAmount = fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n });

describe("cents", () => {
  it.each([
    [12_345_678n, "12.35", 4_322n],
    [5_000n, "0.01", 5_000n],
    [4_999n, "0.00", -4_999n],
    [-5_000n, "-0.01", -5_000n],
    [0n, "0.00", 0n],
    [10_000n, "0.01", 0n],
  ])("rounds %s micros to %s", (exact, text, rounding) => {
    const rounded = roundToCents(exact);
    expect(decimalText(rounded.payable, 2)).toBe(text);
    expect(rounded.rounding).toBe(rounding);
  });

  it("never moves a total by more than half a cent, and the difference is always stated", () => {
    fc.assert(
      fc.property(anyAmount, (exact) => {
        const { payable, rounding } = roundToCents(exact);
        expect(payable % 10_000n).toBe(0n);
        expect(exact + rounding).toBe(payable);
        expect(rounding <= 5_000n && rounding >= -5_000n).toBe(true);
      }),
    );
  });

  it("adds rows up to the rounded closing minus the rounded opening balance, however many there are", () => {
    fc.assert(
      fc.property(anyAmount, fc.array(anyAmount, { maxLength: 60 }), (opening, amounts) => {
        const running = new RunningCents(opening);
        const total = amounts.map((amount) => running.next(amount)).reduce((sum, cents) => sum + cents, 0n);
        const closing = amounts.reduce((sum, amount) => sum + amount, opening);
        expect(total).toBe(roundToCents(closing).payable - roundToCents(opening).payable);
      }),
    );
  });

  it("writes every micro-dollar as plain decimal text", () => {
    expect([1n, -1n, 1_234_567_890n, -500_000n].map((amount) => decimalText(amount, 6))).toEqual([
      "0.000001",
      "-0.000001",
      "1234.567890",
      "-0.500000",
    ]);
  });
});
