import type { Builder } from "../../builder";
import { int, sizeOf, type Value } from "../../ir";

/** A range of whole numbers k, at whose places k / perUnit a function is tabulated. `first` is not above zero. */
export interface Grid {
  readonly perUnit: number;
  readonly first: number;
  readonly last: number;
}

/** The places nearest to elements; `perUnit` is a power of two, so nothing but `scaled` beyond 2^127 is rounded. */
export interface Places {
  /** x * perUnit. */
  readonly scaled: Value;
  /** The nearest k of the grid, as float32. */
  readonly nearest: Value;
  /** The same as int32, all in one row. Of a NaN it is any place of the grid. */
  readonly index: Value;
}

/**
 * The nearest places of float32 numbers of any shape. Clip of a NaN and its Cast to an integer differ between processors, so
 * `nearest` and `index` of a NaN are unknown, but the integer Clip keeps the index inside the table; whoever uses it must
 * take the NaN from x itself.
 */
export function placesOf(b: Builder, x: Value, { perUnit, first, last }: Grid): Places {
  const scaled = b.scale(x, perUnit);
  const nearest = limited(b, b.op("Round", [scaled]), first, last);
  const index = limited(b, b.cast(nearest, "int32"), first, last);
  return { scaled, nearest, index: b.reshape(index, [sizeOf(x.shape)]) };
}

/** x - k / perUnit and k / perUnit; exact inside the grid. */
export function offset(b: Builder, x: Value, { nearest }: Places, { perUnit }: Grid): { place: Value; rest: Value } {
  const place = b.scale(nearest, 1 / perUnit);
  return { place, rest: b.sub(x, place) };
}

/** Entries of a table, of a shape: `entry` is the tabulated function of a place k, called once a place and scope. */
export function entries(
  b: Builder,
  { index }: Pick<Places, "index">,
  shape: readonly number[],
  { first, last }: Grid,
  name: string,
  entry: (k: number) => number,
): Value {
  // Negative places count from the end, as negative indices do.
  const table = b.table(name, () =>
    Float32Array.from({ length: last - first + 1 }, (_, i) => entry(i <= last ? i : i - (last - first + 1))),
  );
  return b.reshape(b.op("GatherElements", [table, index], { axis: int(0) }), shape);
}

function limited(b: Builder, x: Value, first: number, last: number): Value {
  return b.op("Clip", [x, b.scalar(x.dtype, first), b.scalar(x.dtype, last)]);
}
