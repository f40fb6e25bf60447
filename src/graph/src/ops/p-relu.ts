import { misfit } from "../refusal";
import { broadcastShape } from "../shape";
import { composed } from "./families/composed";
import { input } from "./operator";

/** x where it is not negative, else slope times x; the slope trains. */
export const pRelu = composed("PRelu", { inputs: [2, 2] }, (reading) => {
  const { b } = reading;
  const [x, slope] = [input(reading, 0), input(reading, 1)];
  if (broadcastShape(x.shape, slope.shape).join() !== x.shape.join()) misfit("PRelu has a slope that does not fit.");
  return [b.where(b.op("Less", [x, b.scalar(x.dtype, 0)]), b.mul(x, slope), x)];
});
