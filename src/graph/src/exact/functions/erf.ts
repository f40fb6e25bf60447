import type { Builder } from "../../builder";
import type { Value } from "../../ir";
import { BELL, errorFunction, exponential } from "./series";
import { entries, offset, placesOf, type Grid } from "./table";

/** Places 1/1024 apart, up to one where the function is one in float32. */
const GRID: Grid = { perUnit: 1024, first: -4096, last: 4096 };

/**
 * erf x = E + D r (1 - k r), E = erf k and D = erf' k from tables, r = x - k, k the nearest 1024th. 14 nodes.
 * Relative error below 2.6e-7. An infinity gives NaN.
 */
export function erf(b: Builder, x: Value): Value {
  const places = placesOf(b, x, GRID);
  const whole = entries(b, places, x.shape, GRID, "erf", (k) => errorFunction(k / GRID.perUnit));
  const slope = entries(b, places, x.shape, GRID, "erf'", slopeAt);
  const { place, rest } = offset(b, x, places, GRID);
  const rise = b.mul(slope, rest);
  return b.add(whole, b.sub(rise, b.mul(b.mul(rise, place), rest)));
}

/** 2 / sqrt(pi) e^-(k / 1024)^2; flat at the ends, beyond which the function is constant. */
function slopeAt(k: number): number {
  return k === GRID.first || k === GRID.last ? 0 : BELL * exponential(-((k / GRID.perUnit) ** 2));
}
