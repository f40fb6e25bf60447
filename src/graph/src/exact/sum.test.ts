import { describe, expect, test } from "vitest";
import { sizeOf } from "../ir";
import { bitsOf, exactGraph, interpretExact, runExact, SETTINGS, spread } from "../testing/exact-run";
import { reduced, total } from "../testing/reduced";
import { exactMean, exactSum } from "./sum";

/** Shapes and axes: few elements, many, lengths that divide into blocks and lengths that do not, leading and scattered axes. */
const CASES: readonly (readonly [shape: readonly number[], axes: readonly number[]])[] = [
  [[12], [0]],
  [[5, 3], [1]],
  [
    [5, 3],
    [0, 1],
  ],
  [[64, 40], [1]],
  [[64, 40], [0]],
  [
    [64, 40],
    [-1, 0],
  ],
  [[37, 41], [1]],
  [
    [37, 41],
    [0, 1],
  ],
  [
    [3, 20, 5, 7],
    [0, 2, 3],
  ],
  [[3, 20, 5, 7], [1]],
  [[1024, 3], [0]],
];
const drawn = (shape: readonly number[], low = -20, high = 0) => spread(sizeOf(shape), low, high, 5);

describe.each(CASES)("%j over %j", (shape, axes) => {
  const built = exactGraph([shape], (b, x) => exactSum(b, x, axes, true));
  const x = drawn(shape);
  const all = axes.map((axis) => (axis < 0 ? axis + shape.length : axis));
  const fold = (combine: (values: number[]) => number) => reduced({ dtype: "float32", shape, data: x }, all, combine);
  const count = all.reduce((product, axis) => product * (shape[axis] ?? 1), 1);

  test("is off by less than its bound, measured by the largest element", async () => {
    const y = await runExact(built, [x]);
    const [sums, tops] = [fold(total), fold((values) => Math.max(...values.map(Math.abs)))];
    sums.data.forEach((sum, i) => {
      const bound = count * 2 ** -17 * (tops.data[i] ?? 0) + Math.abs(sum) * 2 ** -24;
      expect(Math.abs((y[i] ?? NaN) - sum)).toBeLessThanOrEqual(bound);
    });
  });

  test.each(SETTINGS)(
    "gives the bits of a sum in reverse: $graphOptimizationLevel, $intraOpNumThreads threads",
    async (settings) => {
      expect(bitsOf(await runExact(built, [x], settings))).toEqual(bitsOf(interpretExact(built, [x])));
    },
  );

  test("has the same bits in any order of the elements", async () => {
    const whole = exactGraph([shape], (b, value) =>
      exactSum(
        b,
        value,
        shape.map((_, axis) => axis),
        false,
      ),
    );
    const [forwards] = bitsOf(await runExact(whole, [x]));
    for (const order of [[...x].reverse(), [...x].sort((a, b) => a - b)])
      expect(bitsOf(await runExact(whole, [order]))).toEqual([forwards]);
  });

  test("keeps NaN and infinities, and only where they are", async () => {
    for (const poison of [NaN, Infinity, -Infinity]) {
      const y = await runExact(built, [x.map((each, i) => (i === 1 ? poison : each))]);
      const hit = fold((values) => Number(values.includes(x[1] ?? 0))).data;
      y.forEach((sum, i) => expect(Number.isFinite(sum), `sum ${i} with ${poison}`).toBe(hit[i] === 0));
    }
  });

  test("a mean is the sum divided", async () => {
    const mean = await runExact(
      exactGraph([shape], (b, value) => exactMean(b, value, axes, false)),
      [x],
    );
    const sum = await runExact(built, [x]);
    sum.forEach((each, i) =>
      expect(Math.abs((mean[i] ?? NaN) - each / count)).toBeLessThanOrEqual(Math.abs(each / count) * 2 ** -23),
    );
  });
});

test("opposite infinities do not cancel", async () => {
  const x = [Infinity, -Infinity, ...drawn([62])];
  const [y] = await runExact(
    exactGraph([[64]], (b, value) => exactSum(b, value, [0], false)),
    [x],
  );
  expect(Number.isFinite(y)).toBe(false);
});

test("whole numbers within the units are summed without any error", async () => {
  const x = Array.from({ length: 4096 }, (_, i) => ((i * 7919) % 2001) - 1000);
  const [y] = await runExact(
    exactGraph([[4096]], (b, value) => exactSum(b, value, [0], false)),
    [x],
  );
  expect(y).toBe(Math.fround(total(x)));
});

test("zeros sum to zero, and the largest elements in the range do not overflow", async () => {
  const shape = [3, 64];
  const x = [
    ...new Array<number>(64).fill(0),
    ...new Array<number>(64).fill(2 ** 102),
    ...new Array<number>(64).fill(2 ** 104),
  ];
  const y = await runExact(
    exactGraph([shape], (b, value) => exactSum(b, value, [1], false)),
    [x],
  );
  expect(Array.from(y)).toEqual([0, 2 ** 108, NaN]);
});

test("a sum over no axes is the number itself, and over no elements zero", async () => {
  const nothing = exactGraph([[3]], (b, x) => exactSum(b, x, [], false));
  expect(nothing.y).toBe(nothing.inputs[0]);
  const empty = exactGraph([[2]], (b, x) => b.add(x, exactSum(b, b.filled("float32", [0, 2], 1), [0], false)));
  expect(Array.from(await runExact(empty, [[1, 2]]))).toEqual([1, 2]);
});
