import type { HalfType } from "../ir";

/** Significant bits, the exponent of the least normal number, and the largest number. */
const FORMATS = {
  float16: { digits: 11, least: -14, most: 65504 },
  bfloat16: { digits: 8, least: -126, most: 2 ** 127 * (2 - 2 ** -7) },
} as const;

/** A number as IEEE 754 rounds it to a half type: to nearest, ties to even. */
export function toHalf(value: number, half: HalfType): number {
  const { digits, least, most } = FORMATS[half];
  if (value === 0 || !Number.isFinite(value)) return value;
  const exponent = Math.max(least, Math.floor(Math.log2(Math.abs(value))));
  const unit = 2 ** (exponent - digits + 1);
  const rounded = nearestEven(value / unit) * unit;
  return Math.abs(rounded) > most ? Math.sign(value) * Infinity : rounded;
}

function nearestEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  return rest > 0.5 || (rest === 0.5 && below % 2 !== 0) ? below + 1 : below;
}
