import { arrayOf, intAttribute, knownNumbers, sizeOf } from "../ir";
import { misfit, unsupported } from "../refusal";
import { dim } from "../shape";
import { vanishing } from "./families/vanishing";
import { input } from "./operator";

const SIZE_MAX = 2 ** 24;

/** Keeps a triangle of matrices and zeroes the rest. */
export const trilu = vanishing(
  "Trilu",
  { inputs: [1, 2], attributes: { upper: "int" }, since: 14, gradient: ({ dy }) => [dy] },
  (reading) => {
    const { b } = reading;
    const x = input(reading, 0);
    const k =
      reading.inputs[1] === undefined
        ? 0
        : (knownNumbers(reading.inputs[1])?.[0] ??
          unsupported("Trilu has a computed diagonal.", "Use a constant diagonal."));
    const shape = [dim(x.shape, -2), dim(x.shape, -1)];
    if (sizeOf(shape) > SIZE_MAX) misfit("Trilu is too large.");
    const upper = intAttribute(reading, "upper", 1) === 1;
    const width = shape[1] ?? 1;
    const keep = Array.from({ length: sizeOf(shape) }, (_, at) => {
      const ahead = (at % width) - Math.floor(at / width);
      return Number(upper ? ahead >= k : ahead <= k);
    });
    // A choice and not a product: masked places may hold infinities, and 0 times infinity is not a number.
    const zero = b.scalar(x.dtype, 0);
    return b.where(b.constant("bool", shape, arrayOf("bool", keep)), x, zero);
  },
);
