import type { Builder } from "../../builder";
import type { Value } from "../../ir";
import { cosine, sine } from "./series";
import { entries, offset, placesOf, type Grid } from "./table";

/** 2 pi in three parts of few bits, so that the product of a part with a number of turns is exact. */
const TURN = [6.28125, 0.0019350051879882812, 3.019916050561733e-7] as const;
/** Places 1/512 apart over a turn. */
const GRID: Grid = { perUnit: 512, first: -1616, last: 1616 };

/** Sine and cosine of the nearest place to x less whole turns, and the way from there to x. */
interface Nearby {
  readonly sine: Value;
  readonly cosine: Value;
  readonly rest: Value;
}

function nearby(b: Builder, x: Value): Nearby {
  const turns = b.op("Round", [b.scale(x, 1 / (2 * Math.PI))]);
  const reduced = TURN.reduce((left, part) => b.sub(left, b.scale(turns, part)), x);
  const places = placesOf(b, reduced, GRID);
  const at = (name: string, entry: (x: number) => number): Value =>
    entries(b, places, x.shape, GRID, name, (k) => entry(k / GRID.perUnit));
  return { sine: at("sin", sine), cosine: at("cos", cosine), rest: offset(b, reduced, places, GRID).rest };
}

/**
 * sin x = S + r (C - S r / 2), S and C the sine and cosine of k from tables, r = x - k less whole turns, k the nearest 512th.
 * 22 nodes. Absolute error below 3e-7 for |x| <= 50,000, relative below 3e-7 for |x| <= 1; an infinity gives NaN.
 */
export function sin(b: Builder, x: Value): Value {
  return rotated(b, nearby(b, x));
}

/** cos x = C - r (S + C r / 2); see sin. Absolute error below 3e-7 for |x| <= 50,000. */
export function cos(b: Builder, x: Value): Value {
  const { sine: s, cosine: c, rest } = nearby(b, x);
  return rotated(b, { sine: c, cosine: b.neg(s), rest });
}

/** sin x / cos x, from one reduction. Relative error below 6e-7 for |x| <= 1. */
export function tan(b: Builder, x: Value): Value {
  const { sine: s, cosine: c, rest } = nearby(b, x);
  return b.div(rotated(b, { sine: s, cosine: c, rest }), rotated(b, { sine: c, cosine: b.neg(s), rest }));
}

function rotated(b: Builder, { sine: s, cosine: c, rest }: Nearby): Value {
  return b.add(s, b.mul(rest, b.sub(c, b.mul(s, b.scale(rest, 0.5)))));
}
