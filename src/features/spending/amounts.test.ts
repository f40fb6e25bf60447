import { expect, it } from "vitest";
import { readAmount, readLimit, typedUsd } from "./amounts";

it("an empty limit is none, a wrong one says so, and zero is a limit", () => {
  expect(readLimit(" ")).toEqual({ amount: null, error: null });
  expect(readLimit("much").error).toMatch(/amount of dollars/);
  expect(readLimit("0")).toEqual({ amount: 0n, error: null });
  expect(readLimit("$1,250.5").amount).toBe(1_250_500_000n);
});

it("an amount is more than nothing and comes back as it was typed", () => {
  expect(readAmount("0")).toBeNull();
  expect(readAmount("12.50")).toBe(12_500_000n);
  expect(typedUsd(1_250_000_000n)).toBe("1250");
  expect(typedUsd(12_500_000n)).toBe("12.50");
  expect(typedUsd(null)).toBe("");
});
