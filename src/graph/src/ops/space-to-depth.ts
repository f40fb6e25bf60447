import { intAttribute } from "../ir";
import { misfit } from "../refusal";
import { composed } from "./families/composed";
import { input } from "./operator";

/** Moves blocks of pixels into blocks of channels. */
export const spaceToDepth = composed(
  "SpaceToDepth",
  { inputs: [1, 1], attributes: { blocksize: "int" } },
  (reading) => {
    const { b } = reading;
    const x = input(reading, 0);
    const size = intAttribute(reading, "blocksize", 0);
    const [n, c, h, w] = x.shape;
    if (x.shape.length !== 4 || n === undefined || c === undefined || h === undefined || w === undefined)
      misfit("SpaceToDepth takes [N, C, H, W].");
    if (size < 1 || h % size !== 0 || w % size !== 0)
      misfit(`SpaceToDepth has [${h}, ${w}] pixels for blocks of ${size}.`);
    const blocks = b.reshape(x, [n, c, h / size, size, w / size, size]);
    return [b.reshape(b.transpose(blocks, [0, 3, 5, 1, 2, 4]), [n, c * size * size, h / size, w / size])];
  },
);
