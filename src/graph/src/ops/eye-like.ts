import { arrayOf, intAttribute, sizeOf } from "../ir";
import { misfit } from "../refusal";
import { checkTable } from "../shape";
import { elementType } from "./cast";
import { vanishing } from "./families/vanishing";
import { input } from "./operator";

/** Ones on a diagonal, with the shape of a matrix. */
export const eyeLike = vanishing(
  "EyeLike",
  { inputs: [1, 1], attributes: { dtype: "int", k: "int" }, gradient: "none" },
  (reading) => {
    const x = input(reading, 0);
    const [rows, columns] = x.shape;
    if (x.shape.length !== 2 || rows === undefined || columns === undefined) misfit("EyeLike takes a matrix.");
    checkTable(sizeOf(x.shape), "EyeLike");
    const asked = reading.attributes["dtype"];
    const dtype = asked?.kind === "int" ? elementType(asked.value) : x.dtype;
    const shift = intAttribute(reading, "k", 0);
    const ones = Array.from({ length: rows * columns }, (_, at) =>
      Number((at % columns) - Math.floor(at / columns) === shift),
    );
    return reading.b.constant(dtype, [rows, columns], arrayOf(dtype, ones));
  },
);
