import { floatAttribute, intAttribute } from "../ir";
import { misfit } from "../refusal";
import { broadcastShape, frontAxis } from "../shape";
import { composed } from "./families/composed";
import { input } from "./operator";

/** x / sqrt(mean of squares over the trailing axes + epsilon), scaled. */
export const rmsNormalization = composed(
  "RMSNormalization",
  { inputs: [2, 2], attributes: { axis: "int", epsilon: "float", stash_type: "int" }, since: 23 },
  (reading) => {
    const { b } = reading;
    const [x, scale] = [input(reading, 0), input(reading, 1)];
    if (broadcastShape(x.shape, scale.shape).join() !== x.shape.join())
      misfit("RMSNormalization has a scale that does not fit.");
    const first = frontAxis(intAttribute(reading, "axis", -1), x.shape.length);
    const axes = x.shape.flatMap((_, axis) => (axis >= first ? [axis] : []));
    const mean = b.reduce("ReduceMean", b.mul(x, x), axes, true);
    const size = b.op("Sqrt", [b.shift(mean, floatAttribute(reading, "epsilon", 1e-5))]);
    return [b.mul(b.div(x, size), scale)];
  },
);
