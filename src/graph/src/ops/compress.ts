import { knownNumbers, sizeOf } from "../ir";
import { misfit, unsupported } from "../refusal";
import { dim, frontAxis } from "../shape";
import { composed } from "./families/composed";
import { input } from "./operator";

/** Keeps the slices that a constant condition marks: one Gather by constant places. */
export const compress = composed(
  "Compress",
  { inputs: [2, 2], attributes: { axis: "int" }, limits: "The condition must be constant." },
  (reading) => {
    const { b } = reading;
    const [x, condition] = [input(reading, 0), input(reading, 1)];
    const marks =
      (condition.data === undefined ? undefined : knownNumbers(condition)) ??
      unsupported(
        "Compress by a computed condition has a shape that depends on the data.",
        "Use a mask and Where instead.",
      );
    const asked = reading.attributes["axis"];
    const axis = asked?.kind === "int" ? frontAxis(asked.value, x.shape.length) : 0;
    const table = asked === undefined ? b.reshape(x, [sizeOf(x.shape)]) : x;
    if (marks.length > dim(table.shape, axis)) misfit("Compress has a condition longer than its axis.");
    const places = marks.flatMap((mark, at) => (mark === 0 ? [] : [at]));
    return [b.gather(table, b.ints(places), axis)];
  },
);
