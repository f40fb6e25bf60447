import { describe, expect, test } from "vitest";
import { sizeOf, type Value } from "../ir";
import type { Builder } from "../builder";
import { bitsOf, exactGraph, interpretExact, runExact, SETTINGS, spread } from "../testing/exact-run";
import { exactProduct } from "./products";
import { Slicer, type SliceCount } from "./slices";
import { verifyExact } from "./verify-exact";

interface Case {
  readonly left: readonly number[];
  readonly right: readonly number[];
  readonly turns?: readonly [left: boolean, right: boolean];
}

/** Every kind of shape: one row, one column, one term, odd sizes, depths beyond a cache line, stacks, repeated stacks. */
const CASES: readonly Case[] = [
  { left: [1, 1], right: [1, 1] },
  { left: [1, 37], right: [37, 1] },
  { left: [7, 5], right: [5, 9] },
  { left: [33, 1], right: [1, 17] },
  { left: [16, 64], right: [64, 16] },
  { left: [3, 300], right: [300, 5] },
  { left: [5, 7], right: [5, 9], turns: [true, false] },
  { left: [7, 5], right: [9, 5], turns: [false, true] },
  { left: [5, 7], right: [9, 5], turns: [true, true] },
  { left: [2, 3, 4, 6], right: [2, 3, 6, 5] },
  { left: [2, 3, 6, 4], right: [3, 6, 5], turns: [true, false] },
];

const product =
  (slices: SliceCount, [left, right]: readonly [boolean, boolean] = [false, false], factor = 1) =>
  (b: Builder, x: Value, y: Value): Value =>
    exactProduct(b, new Slicer(slices), { value: x, isTurned: left }, { value: y, isTurned: right }, factor);

/** Operands at the ends of the range: all at the largest, signs alternating, one element far above the others, nothing. */
const EXTREMES: Readonly<Record<string, (i: number) => number>> = {
  "all at a power of two": () => 4,
  "all just below one": () => Math.fround(4 - 2 ** -22),
  "all at the lowest": () => -4,
  "alternating signs": (i) => (i % 2 === 0 ? 4 : -4),
  "halves of the lower unit": (i) => (i % 3) * 4 + 2 ** -9 + 2 ** -16,
  "one element above all others": (i) => (i === 0 ? 2 ** 40 : (i % 5) - 2),
  zeros: () => 0,
  "too small for a unit": (i) => 2 ** -120 * (i % 7),
};
const filled = (shape: readonly number[], value: (i: number) => number): number[] =>
  Array.from({ length: sizeOf(shape) }, (_, i) => value(i));

describe.each(CASES)("$left by $right, turned $turns", ({ left, right, turns }) => {
  describe.each([1, 2] as const)("%i slices", (slices) => {
    const built = exactGraph([left, right], product(slices, turns, 0.25));
    const operands = [spread(sizeOf(left), -6, 1, 3), spread(sizeOf(right), -6, 1, 4)];

    test.each(SETTINGS)(
      "has the bits of whole numbers of any size: $graphOptimizationLevel, $intraOpNumThreads threads",
      async (settings) => {
        expect(bitsOf(await runExact(built, operands, settings))).toEqual(bitsOf(interpretExact(built, operands)));
      },
    );

    test.each(Object.entries(EXTREMES))("at the ends of the range: %s", async (_name, value) => {
      const ends = [filled(left, value), filled(right, value)];
      for (const settings of SETTINGS)
        expect(bitsOf(await runExact(built, ends, settings))).toEqual(bitsOf(interpretExact(built, ends)));
    });

    test("passes the check of exact graphs", () => {
      expect(() => {
        verifyExact(built.graph);
      }).not.toThrow();
    });
  });
});

test.each([
  [2, 2 ** -12],
  [1, 2 ** -5],
] as const)("with %i slices a product is off by less than %f of what its operands may give", async (slices, bound) => {
  const [m, k, n] = [12, 80, 10];
  const built = exactGraph(
    [
      [m, k],
      [k, n],
    ],
    product(slices),
  );
  const [a, c] = [spread(m * k, -3, 0, 5), spread(k * n, -3, 0, 6)];
  const y = await runExact(built, [a, c]);
  for (let i = 0; i < m; i++)
    for (let j = 0; j < n; j++) {
      const terms = Array.from({ length: k }, (_, l) => (a[i * k + l] ?? 0) * (c[l * n + j] ?? 0));
      const sum = terms.reduce((total, term) => total + term, 0);
      expect(Math.abs((y[i * n + j] ?? NaN) - sum)).toBeLessThan(bound * Math.sqrt(k));
    }
});

test.each([NaN, Infinity, -Infinity, 2 ** 110])("an operand with %d makes the whole product NaN", async (bad) => {
  for (const side of [0, 1]) {
    const built = exactGraph(
      [
        [4, 6],
        [6, 3],
      ],
      product(2),
    );
    const operands = [spread(24, -2, 2, 7), spread(18, -2, 2, 8)];
    const list = operands[side];
    if (list !== undefined) list[5] = bad;
    for (const settings of SETTINGS) {
      const y = await runExact(built, operands, settings);
      expect(y.every(Number.isNaN)).toBe(true);
    }
  }
});

test("sums deeper than an accumulator are cut into parts", async () => {
  const depth = 70_000;
  const built = exactGraph(
    [
      [1, depth],
      [depth, 1],
    ],
    product(2),
  );
  const operands = [filled([depth], () => -4), filled([depth], () => -4)];
  verifyExact(built.graph);
  const y = await runExact(built, operands);
  expect(bitsOf(y)).toEqual(bitsOf(interpretExact(built, operands)));
  expect(Math.abs((y[0] ?? NaN) - 16 * depth) / (16 * depth)).toBeLessThan(2 ** -12);
});
