import { intAttribute, sizeOf } from "../ir";
import { composed } from "./families/composed";
import { flatIndices } from "./families/flat-index";
import { input } from "./operator";

/** Picks slices by rows of coordinates: one Gather from the flattened leading dimensions. */
export const gatherNd = composed("GatherND", { inputs: [2, 2], attributes: { batch_dims: "int" } }, (reading) => {
  const { b } = reading;
  const [x, coordinates] = [input(reading, 0), input(reading, 1)];
  const batch = intAttribute(reading, "batch_dims", 0);
  const places = flatIndices(b, coordinates, x.shape, batch);
  const depth = coordinates.shape[coordinates.shape.length - 1] ?? 0;
  const rest = x.shape.slice(batch + depth);
  const table = b.reshape(x, [sizeOf(x.shape.slice(0, batch + depth)), sizeOf(rest)]);
  return [b.reshape(b.gather(table, places), [...coordinates.shape.slice(0, -1), ...rest])];
});
