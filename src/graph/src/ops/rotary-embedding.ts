import type { Builder } from "../builder";
import { intAttribute, type Value } from "../ir";
import { misfit } from "../refusal";
import { dim } from "../shape";
import { composed } from "./families/composed";
import { joinHeads, splitHeads } from "./families/heads";
import { input, type Reading } from "./operator";

/** Rotates pairs of features by angles that depend on the position. The tables of cosines and sines do not train. */
export const rotaryEmbedding = composed(
  "RotaryEmbedding",
  {
    inputs: [3, 4],
    attributes: { interleaved: "int", num_heads: "int", rotary_embedding_dim: "int" },
    since: 23,
  },
  (reading) => {
    const { b } = reading;
    const x = splitHeads(b, input(reading, 0), intAttribute(reading, "num_heads", 0));
    const size = dim(x.shape, 3);
    const turned = intAttribute(reading, "rotary_embedding_dim", 0) || size;
    if (turned % 2 !== 0 || turned > size) misfit(`RotaryEmbedding turns ${turned} of ${size} features.`);
    const [rotating = x, rest] = turned === size ? [x] : b.split(x, [turned, size - turned], 3);
    const [cosine, sine] = [1, 2].map((index) => angles(reading, index, turned / 2));
    if (cosine === undefined || sine === undefined) misfit("RotaryEmbedding has no tables.");
    const interleaved = intAttribute(reading, "interleaved", 0) === 1;
    const [first, second] = pairs(b, rotating, interleaved);
    const real = b.sub(b.mul(cosine, first), b.mul(sine, second));
    const imaginary = b.add(b.mul(sine, first), b.mul(cosine, second));
    const rotated = interleaved
      ? b.reshape(b.concat([unit(b, real), unit(b, imaginary)], 4), rotating.shape)
      : b.concat([real, imaginary], 3);
    const whole = rest === undefined ? rotated : b.concat([rotated, rest], 3);
    return [input(reading, 0).shape.length === 3 ? joinHeads(b, whole) : whole];
  },
);

/** Cosines or sines as [batch or 1, 1, length, pairs]: a table picked by position, or given for each place. */
function angles(reading: Reading, index: number, count: number): Value {
  const { b } = reading;
  const given = input(reading, index);
  const data = given.data ?? given.initial;
  const table = data === undefined ? given : b.constant(given.dtype, given.shape, data);
  const positions = reading.inputs[3];
  const placed = positions === undefined ? table : b.gather(table, positions);
  if (placed.shape.length !== 3 || placed.shape[2] !== count) misfit("RotaryEmbedding has tables that do not fit.");
  return b.reshape(placed, [dim(placed.shape, 0), 1, dim(placed.shape, 1), count]);
}

const unit = (b: Builder, x: Value): Value => b.reshape(x, [...x.shape, 1]);

/** The two features of every pair: neighbours when interleaved, else one of each half. */
function pairs(b: Builder, x: Value, interleaved: boolean): [Value, Value] {
  const half = dim(x.shape, 3) / 2;
  const outer = x.shape.slice(0, 3);
  const split = interleaved ? b.split(b.reshape(x, [...outer, half, 2]), [1, 1], 4) : b.split(x, [half, half], 3);
  const [first, second] = split.map((part) => b.reshape(part, [...outer, half]));
  if (first === undefined || second === undefined) misfit("RotaryEmbedding has no pairs.");
  return [first, second];
}
