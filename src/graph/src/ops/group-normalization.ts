import { floatAttribute, intAttribute } from "../ir";
import { misfit } from "../refusal";
import { dim } from "../shape";
import { composed } from "./families/composed";
import { alongChannels, normalisedGroups } from "./families/normalisation";
import { input } from "./operator";

/** First opset in which scale and bias have one number a channel; before, they have one a group. */
const BY_CHANNEL = 21;

/** Normalises groups of channels of every example, then scales and shifts. */
export const groupNormalization = composed(
  "GroupNormalization",
  { inputs: [3, 3], attributes: { epsilon: "float", num_groups: "int", stash_type: "int" }, since: 18 },
  (reading) => {
    const { b, opset } = reading;
    const x = input(reading, 0);
    if (x.shape.length < 3) misfit("GroupNormalization needs spatial axes.");
    const groups = intAttribute(reading, "num_groups", 0);
    const normal = normalisedGroups(b, x, groups, floatAttribute(reading, "epsilon", 1e-5));
    const [scale, bias] = [1, 2].map((index) => {
      const list = input(reading, index);
      if (opset >= BY_CHANNEL) return alongChannels(b, list, x);
      if (list.shape.join() !== String(groups)) misfit("GroupNormalization needs one number a group.");
      const each = dim(x.shape, 1) / groups;
      const spread = b.expand(b.reshape(list, [groups, 1]), [groups, each]);
      return alongChannels(b, b.reshape(spread, [groups * each]), x);
    });
    if (scale === undefined || bias === undefined) misfit("GroupNormalization has no scale or bias.");
    return [b.add(b.mul(normal, scale), bias)];
  },
);
