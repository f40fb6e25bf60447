import { intAttribute } from "../ir";
import { unsupported } from "../refusal";
import { frontAxis } from "../shape";
import { composed } from "./families/composed";
import { input } from "./operator";

/** x divided by its norm along one axis; where the norm is zero x stays. */
export const lpNormalization = composed(
  "LpNormalization",
  { inputs: [1, 1], attributes: { axis: "int", p: "int" } },
  (reading) => {
    const { b } = reading;
    const x = input(reading, 0);
    const p = intAttribute(reading, "p", 2);
    if (p !== 1 && p !== 2) unsupported(`LpNormalization with p = ${p} does not exist.`, "Use p = 1 or 2.");
    const axes = [frontAxis(intAttribute(reading, "axis", -1), x.shape.length)];
    const norm = p === 1 ? b.sum(b.op("Abs", [x]), axes, true) : b.reduce("ReduceL2", x, axes, true);
    const isZero = b.op("Equal", [norm, b.scalar(x.dtype, 0)]);
    return [b.div(x, b.where(isZero, b.scalar(x.dtype, 1), norm))];
  },
);
