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

/** Reduces an angle by whole turns and looks its neighbour up. */
export function nearby(b: Builder, x: Value): Nearby {
  const turns = b.op("Round", [b.scale(x, 1 / (2 * Math.PI))]);
  const reduced = TURN.reduce((left, part) => b.sub(left, b.scale(turns, part)), x);
  const places = placesOf(b, reduced, GRID);
  const at = (name: string, entry: (x: number) => number): Value =>
    entries(b, places, x.shape, GRID, name, (k) => entry(k / GRID.perUnit));
  return { sine: at("sin", sine), cosine: at("cos", cosine), rest: offset(b, reduced, places, GRID).rest };
}

/** The sine of the place and the way together: S + r (C - S r / 2). */
export function rotated(b: Builder, { sine: s, cosine: c, rest }: Nearby): Value {
  return b.add(s, b.mul(rest, b.sub(c, b.mul(s, b.scale(rest, 0.5)))));
}
