import type { Builder } from "../../builder";
import type { Value } from "../../ir";
import { logarithm } from "./series";
import { entries, placesOf, type Grid } from "./table";

/** Places of y / (1 + y), y the 32nd root of x. */
const GRID: Grid = { perUnit: 2048, first: 0, last: 2047 };
/** Before this place x is below 2^-126. */
const LEAST = 125;
/** From this centre on x + c may be infinite. */
const CENTRE_MAX = 1.2e38;

/**
 * log x = log c + 2 artanh t, t = (x - c) / (x + c), for a c near x from a table, which five square roots lead to. 24 nodes.
 * Relative error below 2.6e-7 for 2^-126 <= x <= 2^126. log 0 = -inf; negative numbers, NaN and +inf give NaN. Beyond 2^126
 * the result is as good or NaN; below 2^-126 a number counts as itself or as 0.
 */
export function log(b: Builder, x: Value): Value {
  let root = x;
  for (let i = 0; i < 5; i++) root = b.op("Sqrt", [root]);
  const places = placesOf(b, b.div(root, b.shift(root, 1)), GRID);
  const centre = entries(b, places, x.shape, GRID, "log.centre", centreAt);
  const whole = entries(b, places, x.shape, GRID, "log", logarithmAt);
  const t = b.div(b.sub(x, centre), b.add(x, centre));
  const rest = b.mul(t, b.shift(b.scale(b.mul(t, t), 2 / 3), 2));
  // The root of a negative number is NaN, of which the table knows nothing.
  return b.add(whole, b.add(rest, b.scale(root, 0)));
}

/** The x whose place is k, as float32; one where there is none. */
function centreAt(k: number): number {
  if (k < LEAST) return 1;
  let power = k / (GRID.perUnit - k);
  for (let i = 0; i < 5; i++) power *= power;
  return Math.fround(power);
}

function logarithmAt(k: number): number {
  if (k < LEAST) return -Infinity;
  return centreAt(k) > CENTRE_MAX ? NaN : logarithm(centreAt(k));
}
