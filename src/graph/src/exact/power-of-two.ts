import type { Builder } from "../builder";
import type { Value } from "../ir";

/** Added before the search, so that zero has an answer. It is lost in numbers of 2^-76 and more. */
export const LEAST = 2 ** -100;
/** The nearest number below one: multiplying by it takes a power of two to the number below, and no number past one. */
export const BELOW_ONE = 1 - 2 ** -24;
/** Twice the factor (2u)^-1 + 1 of Rump's algorithm, u = 2^-24. */
export const SPREAD = 2 ** 24 + 2;

/**
 * The smallest power of two that is not below x + 2^-100, element by element, times `factor`, a power of two not above one;
 * of zero, 2^-100 times it. float32, x >= 0; any shape,
 * though shapes that end in ones are slow in ONNX Runtime.
 * From 2^104 on, at infinity and for NaN the result is NaN; so it may be just below 2^104.
 *
 * Proof: Rump, Ogita, Oishi, "Accurate floating-point summation part I" (2008), algorithm 3.5: with q = ((2u)^-1 + 1) p the
 * number q - (1 - u) q is the largest power of two in p, in any arithmetic that rounds to nearest and does not overflow.
 * Here p is the number next below x, and the power is doubled.
 */
export function scaleOf(b: Builder, x: Value, factor = 1): Value {
  const spread = b.scale(b.scale(b.shift(x, LEAST), BELOW_ONE), SPREAD * factor);
  return b.sub(spread, b.scale(spread, BELOW_ONE));
}
