import type { Builder } from "../../builder";
import type { Value } from "../../ir";
import { exponential } from "./series";
import { entries, placesOf, type Grid } from "./table";

/** Places 1/64 apart, from the last whose neighbourhood has results below 2^-126 to the first with all of them infinite. */
const GRID: Grid = { perUnit: 64, first: -5590, last: 5679 };
/**
 * e^(s / 64) = 1 + LINEAR s + SQUARE s^2 for |s| <= 1/2, within 2e-8: three quarters of h^2 / 6, h = 1/128, in the linear
 * coefficient level out the cubic term that is left away.
 */
const LINEAR = (1 + 1 / 128 ** 2 / 8) / 64;
const SQUARE = 1 / 2 / 64 ** 2;

/**
 * e^x as T / (1 + s + s^2 / 2), T = e^k from a table, s = k - x, k the nearest 64th. 12 nodes.
 * Relative error below 2.1e-7. Results below 2^-126 are 0 (x < -87.336), results above the range infinite; x = -inf gives 0.
 * From x = 2^64 on, and at +inf, the result is infinite or NaN.
 */
export function exp(b: Builder, x: Value): Value {
  const places = placesOf(b, x, GRID);
  const power = entries(b, places, x.shape, GRID, "exp", (k) => powerAt(k));
  const s = b.sub(places.nearest, places.scaled);
  return b.div(power, b.shift(b.mul(s, b.shift(b.scale(s, SQUARE), LINEAR)), 1));
}

/** e^(k / 64): nothing at the first place, infinite at the last. */
function powerAt(k: number): number {
  if (k === GRID.first) return 0;
  return k === GRID.last ? Infinity : exponential(k / GRID.perUnit);
}
