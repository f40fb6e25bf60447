import { floatAttribute } from "../ir";
import { misfit } from "../refusal";
import { dim } from "../shape";
import { composed } from "./families/composed";
import { alongChannels, normalisedGroups } from "./families/normalisation";
import { input } from "./operator";

/** Normalises every channel of every example by itself, then scales and shifts by channel. */
export const instanceNormalization = composed(
  "InstanceNormalization",
  { inputs: [3, 3], attributes: { epsilon: "float" } },
  (reading) => {
    const { b } = reading;
    const x = input(reading, 0);
    if (x.shape.length < 3) misfit("InstanceNormalization needs spatial axes.");
    const normal = normalisedGroups(b, x, dim(x.shape, 1), floatAttribute(reading, "epsilon", 1e-5));
    const scaled = b.mul(normal, alongChannels(b, input(reading, 1), x));
    return [b.add(scaled, alongChannels(b, input(reading, 2), x))];
  },
);
