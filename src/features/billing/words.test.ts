import { expect, it } from "vitest";
import { daysOf, monthBack, monthWords } from "./words";

it("knows months in UTC, over the turn of a year", () => {
  const january = new Date("2027-01-01T00:30:00Z");
  expect(monthBack(january, 0)).toEqual({ from: "2027-01-01", to: "2027-01-31" });
  expect(monthBack(january, 1)).toEqual({ from: "2026-12-01", to: "2026-12-31" });
  expect(monthBack(january, 11)).toEqual({ from: "2026-02-01", to: "2026-02-28" });
  expect(monthWords("2026-11")).toBe("November 2026");
});

it("lists every day of a span", () => {
  expect(daysOf({ from: "2026-02-27", to: "2026-03-01" })).toEqual(["2026-02-27", "2026-02-28", "2026-03-01"]);
});
