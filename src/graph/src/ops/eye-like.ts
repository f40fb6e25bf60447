import { arrayOf, intAttribute, sizeOf } from "../ir";
import { misfit } from "../refusal";
import { elementType } from "./cast";
import { vanishing } from "./families/vanishing";
import { input } from "./operator";

const SIZE_MAX = 2 ** 24;

/** Ones on a diagonal, with the shape of a matrix. */
export const eyeLike = vanishing(
  "EyeLike",
  { inputs: [1, 1], attributes: { dtype: "int", k: "int" }, gradient: "none" },
  (reading) => {
    const x = input(reading, 0);
    const [rows, columns] = x.shape;
    if (x.shape.length !== 2 || rows === undefined || columns === undefined) misfit("EyeLike takes a matrix.");
    if (sizeOf(x.shape) > SIZE_MAX) misfit("EyeLike is too large.");
    const asked = reading.attributes["dtype"];
    const dtype = asked?.kind === "int" ? elementType(asked.value) : x.dtype;
    const shift = intAttribute(reading, "k", 0);
    const ones = Array.from({ length: rows * columns }, (_, at) =>
      Number((at % columns) - Math.floor(at / columns) === shift),
    );
    return reading.b.constant(dtype, [rows, columns], arrayOf(dtype, ones));
  },
);
