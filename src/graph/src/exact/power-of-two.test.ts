import { expect, test } from "vitest";
import { bitsOf, exactGraph, interpretExact, runExact, SETTINGS, spread } from "../testing/exact-run";
import { scaleOf } from "./power-of-two";

const graphOf = (count: number) => exactGraph([[count]], (b, x) => scaleOf(b, x));

/** The smallest power of two that is not below x, by repeated doubling. */
function leastPower(x: number): number {
  let power = 2 ** -100;
  while (power < x) power *= 2;
  return power;
}

test("every number has its power of two, those beside a power too", async () => {
  const powers = Array.from({ length: 179 }, (_, i) => 2 ** (i - 76));
  const beside = powers.slice(1, -1).flatMap((x) => [x * (1 - 2 ** -24), x, x * (1 + 2 ** -23), x * 1.5]);
  const x = [...powers, ...beside, ...spread(20_000, -76, 102).map(Math.abs)];
  expect(Array.from(await runExact(graphOf(x.length), [x]))).toEqual(x.map(leastPower));
});

test("every mantissa has its power of two", async () => {
  const count = 2 ** 20;
  for (let part = 0; part < 8; part++) {
    const x = Array.from({ length: count }, (_, i) => 1 + (part * count + i + 1) / 2 ** 23);
    expect((await runExact(graphOf(count), [x])).every((scale) => scale === 2)).toBe(true);
  }
});

test("zero and numbers below the range have a power that is no smaller than they", async () => {
  const x = [0, 1e-45, 2 ** -126, 2 ** -110, 2 ** -100, 2 ** -90, 2 ** -80];
  const scales = await runExact(graphOf(x.length), [x]);
  scales.forEach((scale, i) => {
    expect(scale).toBeGreaterThanOrEqual(Math.max(x[i] ?? 0, 2 ** -100));
    expect(Number.isInteger(Math.log2(scale))).toBe(true);
  });
  expect(scales[0]).toBe(2 ** -100);
});

test("a number without a power gives NaN", async () => {
  const x = [NaN, Infinity, 2 ** 104, 3e38];
  expect(Array.from(await runExact(graphOf(x.length), [x]))).toEqual([NaN, NaN, NaN, NaN]);
});

test.each(SETTINGS)(
  "gives the interpreter's bits: $graphOptimizationLevel, $intraOpNumThreads threads",
  async (settings) => {
    const x = [0, 2 ** 102, 2 ** 103, Infinity, NaN, ...spread(5000, -126, 127).map(Math.abs)];
    const built = graphOf(x.length);
    expect(bitsOf(await runExact(built, [x], settings))).toEqual(bitsOf(interpretExact(built, [x])));
  },
);
