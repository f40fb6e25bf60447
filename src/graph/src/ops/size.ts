import { sizeOf } from "../ir";
import { vanishing } from "./families/vanishing";
import { input } from "./operator";

/** The number of elements; all shapes are known, so it is a constant. */
export const size = vanishing("Size", { inputs: [1, 1], gradient: "none" }, (reading) =>
  reading.b.scalar("int64", sizeOf(input(reading, 0).shape)),
);
