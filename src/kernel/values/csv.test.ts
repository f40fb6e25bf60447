import { expect, it } from "vitest";
import { csvLine } from "./csv";

it("words that a spreadsheet would run as a formula stay words", () => {
  const evil = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "＝1", "\r=1"];
  for (const text of evil) expect(csvLine([text])).toMatch(/^"?'/);
  expect(csvLine(['=HYPERLINK("http://evil","x")'])).toBe(`"'=HYPERLINK(""http://evil"",""x"")"\r\n`);
});

it("plain words, quotes, line breaks and numbers come through as they are", () => {
  expect(csvLine(["a", 'say "b"', "c,d", "e\nf", " x ", "", { number: "-12.50" }])).toBe(
    'a,"say ""b""","c,d","e\nf"," x ",,-12.50\r\n',
  );
});
