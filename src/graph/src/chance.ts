import type { Builder } from "./builder";
import { arrayOf, sizeOf, text, type Value } from "./ir";

/** Values of one half of a hash; a probability is kept to one part in this many. */
const LEVELS = 65_536;
/** Width of the outer sum that numbers the elements, so that no list of all of them is stored. */
const COLUMNS = 4096;
const HALF = 16;

/**
 * True with the probability for each element: bool of the shape. A counter-based generator: the bits are a hash of key,
 * stream and place alone, computed in uint32, which is exact everywhere, so the order of evaluation and the machine do not
 * matter. The mixer has shifts and factors of the list that C. Wellons's hash prospector found by search; each hash serves
 * two elements with 16 bits each.
 */
export function chance(b: Builder, key: Value, stream: number, shape: readonly number[], probability: number): Value {
  const count = sizeOf(shape);
  const hashes = mixed(b, places(b, key, stream, Math.ceil(count / 2)));
  const limit = unsigned(b, Math.round(probability * LEVELS));
  const low = b.op("Less", [b.op("BitwiseAnd", [hashes, unsigned(b, LEVELS - 1)]), limit]);
  const high = b.op("Less", [shifted(b, hashes, HALF), limit]);
  return b.reshape(b.slice(b.concat([low, high], 0), [0], [0], [count]), shape);
}

/** Distinct numbers [count], offset by key and stream. */
function places(b: Builder, key: Value, stream: number, count: number): Value {
  const columns = Math.min(COLUMNS, Math.max(1, count));
  const rows = Math.ceil(count / columns);
  const along = (length: number, step: number) =>
    Array.from({ length }, (_, i) => i * step + (step === 1 ? 0 : Math.imul(stream + 1, 0x9e3779b1) >>> 0));
  const row = b.constant("uint32", [rows, 1], arrayOf("uint32", along(rows, columns)));
  const column = b.constant("uint32", [1, columns], arrayOf("uint32", along(columns, 1)));
  const start = b.op("Add", [row, b.op("Mul", [key, unsigned(b, 0x85ebca6b)])]);
  const all = b.reshape(b.op("Add", [start, column]), [rows * columns]);
  return b.slice(all, [0], [0], [count]);
}

function mixed(b: Builder, x: Value): Value {
  let h = x;
  for (const [bits, factor] of [
    [16, 0x21f0aaad],
    [15, 0xd35a2d97],
  ] as const) {
    h = b.op("Mul", [b.op("BitwiseXor", [h, shifted(b, h, bits)]), unsigned(b, factor)]);
  }
  return b.op("BitwiseXor", [h, shifted(b, h, 15)]);
}

const unsigned = (b: Builder, value: number): Value => b.scalar("uint32", value);

const shifted = (b: Builder, x: Value, bits: number): Value =>
  b.op("BitShift", [x, unsigned(b, bits)], { direction: text("RIGHT") });
