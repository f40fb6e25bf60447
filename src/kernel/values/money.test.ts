import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatUsd, micros, parseUsd, scaleMicros, sumMicros } from "./money";

describe("money", () => {
  it("is written with two decimals, and with more where an amount is smaller", () => {
    const written = [0n, 1n, 371n, 10_000n, 12_500_000n, 1_234_567_000_000n, -5_000_000n].map(formatUsd);
    expect(written).toEqual(["$0.00", "$0.000001", "$0.000371", "$0.01", "$12.50", "$1,234,567.00", "−$5.00"]);
  });

  it("reads what it writes", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 14n }), (amount) => {
        expect(parseUsd(formatUsd(amount))).toBe(amount);
      }),
    );
  });

  it.each(["", "abc", "-1", "1.2345678", "1e3", "1.2.3", "9999999999"])("refuses %j as an amount", (text) => {
    expect(parseUsd(text)).toBeNull();
  });

  it("rounds a share towards zero and adds exactly", () => {
    expect(scaleMicros(micros(100n), 15n, 1_000n)).toBe(1n);
    expect(sumMicros([micros(1n), micros(2n)])).toBe(3n);
    expect(sumMicros([])).toBe(0n);
  });
});
