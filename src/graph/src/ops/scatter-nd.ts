import { int, sameShape, sizeOf, text, textAttribute } from "../ir";
import { misfit, unsupported } from "../refusal";
import { composed } from "./families/composed";
import { flatIndices } from "./families/flat-index";
import { input } from "./operator";

/** Writes (or adds) slices at rows of coordinates: one ScatterElements on the flattened leading dimensions. */
export const scatterNd = composed(
  "ScatterND",
  { inputs: [3, 3], attributes: { reduction: "string" }, limits: "The reduction is none or add." },
  (reading) => {
    const { b } = reading;
    const [x, coordinates, updates] = [input(reading, 0), input(reading, 1), input(reading, 2)];
    const mode = textAttribute(reading, "reduction", "none");
    if (mode !== "none" && mode !== "add")
      unsupported(`ScatterND with reduction "${mode}" is not supported.`, "Use none or add.");
    const depth = coordinates.shape[coordinates.shape.length - 1] ?? 0;
    const rest = x.shape.slice(depth);
    if (!sameShape(updates.shape, [...coordinates.shape.slice(0, -1), ...rest]) || updates.dtype !== x.dtype)
      misfit("ScatterND has operands that do not fit together.");
    const places = flatIndices(b, coordinates, x.shape, 0);
    const count = sizeOf(places.shape);
    const width = sizeOf(rest);
    const table = b.reshape(x, [sizeOf(x.shape.slice(0, depth)), width]);
    const rows = b.expand(b.reshape(places, [count, 1]), [count, width]);
    const written = b.op("ScatterElements", [table, rows, b.reshape(updates, [count, width])], {
      axis: int(0),
      reduction: text(mode),
    });
    return [b.reshape(written, x.shape)];
  },
);
