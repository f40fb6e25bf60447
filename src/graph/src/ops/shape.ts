import { intAttribute } from "../ir";
import { vanishing } from "./families/vanishing";
import { input } from "./operator";

/** The shape as numbers; all shapes are known, so it is a constant. */
export const shape = vanishing(
  "Shape",
  { inputs: [1, 1], gradient: "none", attributes: { start: "int", end: "int" } },
  (reading) => {
    const all = input(reading, 0).shape;
    return reading.b.ints(all.slice(intAttribute(reading, "start", 0), intAttribute(reading, "end", all.length)));
  },
);
