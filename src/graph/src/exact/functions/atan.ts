import type { Builder } from "../../builder";
import type { Value } from "../../ir";
import { arctangent } from "./series";
import { entries, offset, placesOf, type Grid } from "./table";

/** Places of the tangent of half the angle, 1/1024 apart. */
const GRID: Grid = { perUnit: 1024, first: -1024, last: 1024 };
/** From here on the angle is a right one in float32, and no square overflows before. */
const FAR = 2 ** 30;

/**
 * arctan x = 2 arctan w, w = x / (1 + sqrt(1 + x^2)), and arctan w = A + (w - k) / (1 + w k), A = arctan k from a table, k the
 * nearest 1024th. 25 nodes. Relative error below 4e-7.
 */
export function atan(b: Builder, x: Value): Value {
  const w = halfTangent(b, x);
  const places = placesOf(b, w, GRID);
  const whole = entries(b, places, x.shape, GRID, "atan", (k) => 2 * arctangent(k / GRID.perUnit));
  const { place, rest } = offset(b, w, places, GRID);
  return b.add(whole, b.scale(b.div(rest, b.shift(b.mul(w, place), 1)), 2));
}

/** tan(arctan(x) / 2), one in size where x is far. */
export function halfTangent(b: Builder, x: Value): Value {
  const near = b.div(x, b.shift(b.op("Sqrt", [b.shift(b.mul(x, x), 1)]), 1));
  const beyond = (op: "Greater" | "Less", sign: number, otherwise: Value): Value =>
    b.where(b.op(op, [x, b.scalar(x.dtype, sign * FAR)]), b.scalar(x.dtype, sign), otherwise);
  return beyond("Greater", 1, beyond("Less", -1, near));
}

/** arcsin x = arctan(x / sqrt((1 - x)(1 + x))); NaN outside [-1, 1]. Relative error below 6e-7. */
export function asin(b: Builder, x: Value): Value {
  const one = b.scalar(x.dtype, 1);
  return atan(b, b.div(x, b.op("Sqrt", [b.mul(b.sub(one, x), b.add(one, x))])));
}

/** arccos x = 2 arctan sqrt((1 - x) / (1 + x)); NaN outside [-1, 1]. Relative error below 6e-7. */
export function acos(b: Builder, x: Value): Value {
  const one = b.scalar(x.dtype, 1);
  return b.scale(atan(b, b.op("Sqrt", [b.div(b.sub(one, x), b.add(one, x))])), 2);
}
