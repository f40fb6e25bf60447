import { intsAttribute } from "../ir";
import { frontAxes } from "../shape";
import { composed } from "./families/composed";
import { input } from "./operator";

/** What the operator's definition adds to the deviation. */
const EPSILON = 1e-9;

/** (x - mean) / (deviation + 1e-9) over the axes. */
export const meanVarianceNormalization = composed(
  "MeanVarianceNormalization",
  { inputs: [1, 1], attributes: { axes: "ints" } },
  (reading) => {
    const { b } = reading;
    const x = input(reading, 0);
    const axes = frontAxes(intsAttribute(reading, "axes") ?? [0, 2, 3], x.shape.length);
    const centred = b.sub(x, b.reduce("ReduceMean", x, axes, true));
    const variance = b.reduce("ReduceMean", b.mul(centred, centred), axes, true);
    return [b.div(centred, b.shift(b.op("Sqrt", [variance]), EPSILON))];
  },
);
