import { composed } from "./families/composed";
import { input } from "./operator";

/** The first operand in the element type of the second. */
export const castLike = composed(
  "CastLike",
  { inputs: [2, 2], attributes: { saturate: "int" }, since: 15 },
  (reading) => [reading.b.cast(input(reading, 0), input(reading, 1).dtype)],
);
