import type { Builder } from "../../builder";
import { arrayOf, sizeOf, type Value } from "../../ir";
import { misfit } from "../../refusal";
import { checkTable, stridesOf } from "../../shape";

/**
 * Places in the flattened leading dimensions that rows of coordinates [..., k] point at, as a list. `batch` leading
 * dimensions of data and coordinates go together. Negative coordinates count from the end.
 */
export function flatIndices(b: Builder, coordinates: Value, data: readonly number[], batch: number): Value {
  const depth = coordinates.shape[coordinates.shape.length - 1] ?? misfit("Coordinates have no axis.");
  const sizes = data.slice(batch, batch + depth);
  if (sizes.length !== depth || coordinates.shape.length <= batch)
    misfit(`Coordinates of ${depth} axes do not fit the shape [${data.join(", ")}].`);
  const shared = data.slice(0, batch);
  if (shared.some((size, axis) => size !== coordinates.shape[axis]))
    misfit("Coordinates have another batch than the data.");
  const wide = b.cast(coordinates, "int64");
  const wrapped = b.where(b.op("Less", [wide, b.scalar("int64", 0)]), b.add(wide, b.ints(sizes)), wide);
  const inside = b.sum(b.mul(wrapped, b.ints(stridesOf(sizes))), [coordinates.shape.length - 1]);
  const count = sizeOf(shared);
  const rows = b.reshape(inside, [count, count === 0 ? 0 : sizeOf(inside.shape) / count]);
  checkTable(count, "A batch of coordinates");
  const starts = Array.from({ length: count }, (_, i) => i * sizeOf(sizes));
  const placed = count <= 1 ? rows : b.add(rows, b.constant("int64", [count, 1], arrayOf("int64", starts)));
  return b.reshape(placed, [sizeOf(rows.shape)]);
}
