import { arrayOf, knownNumbers } from "../ir";
import { unsupported } from "../refusal";
import { stridesOf } from "../shape";
import { vanishing } from "./families/vanishing";
import { input } from "./operator";

/** Coordinates of the elements that are not zero, of a constant only: of anything else their number is not known. */
export const nonZero = vanishing(
  "NonZero",
  { inputs: [1, 1], gradient: "none", limits: "Of a constant only." },
  (reading) => {
    const x = input(reading, 0);
    const elements =
      (x.data === undefined ? undefined : knownNumbers(x)) ??
      unsupported("NonZero of computed numbers has a shape that depends on the data.", "Use a mask and Where instead.");
    const places = elements.flatMap((element, at) => (element === 0 ? [] : [at]));
    const strides = stridesOf(x.shape);
    const coordinates = x.shape.flatMap((size, axis) =>
      places.map((at) => Math.floor(at / (strides[axis] ?? 1)) % size),
    );
    return reading.b.constant("int64", [x.shape.length, places.length], arrayOf("int64", coordinates));
  },
);
