import { intAttribute, textAttribute } from "../ir";
import { misfit } from "../refusal";
import { composed } from "./families/composed";
import { input } from "./operator";

/** Moves blocks of channels into blocks of pixels. DCR counts the block before the channel, CRD after it. */
export const depthToSpace = composed(
  "DepthToSpace",
  { inputs: [1, 1], attributes: { blocksize: "int", mode: "string" } },
  (reading) => {
    const { b } = reading;
    const x = input(reading, 0);
    const size = intAttribute(reading, "blocksize", 0);
    const [n, c, h, w] = x.shape;
    if (x.shape.length !== 4 || n === undefined || c === undefined || h === undefined || w === undefined)
      misfit("DepthToSpace takes [N, C, H, W].");
    if (size < 1 || c % (size * size) !== 0) misfit(`DepthToSpace has ${c} channels for blocks of ${size}.`);
    const depth = c / (size * size);
    const channelFirst = textAttribute(reading, "mode", "DCR") === "CRD";
    const blocks = b.reshape(x, channelFirst ? [n, depth, size, size, h, w] : [n, size, size, depth, h, w]);
    const moved = b.transpose(blocks, channelFirst ? [0, 1, 4, 2, 5, 3] : [0, 3, 4, 1, 5, 2]);
    return [b.reshape(moved, [n, depth, h * size, w * size])];
  },
);
