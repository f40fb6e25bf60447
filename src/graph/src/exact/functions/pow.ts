import type { Builder } from "../../builder";
import type { Value } from "../../ir";
import { exp } from "./exp";
import { log } from "./log";

/**
 * x^p = e^(p log |x|), for x < 0 with the sign that a whole p gives it, else NaN; shapes broadcast. x^0 = 1. Exponents that
 * are multiples of a quarter up to 8 are products and roots already (`ops/pow.ts`). 0 to a negative power is not finite.
 * Relative error below (1 + |p log x|) * 5e-7. Results below 2^-126 are 0.
 */
export function pow(b: Builder, x: Value, p: Value): Value {
  const zero = b.scalar(x.dtype, 0);
  const one = b.scalar(x.dtype, 1);
  const size = exp(b, b.mul(p, log(b, b.op("Abs", [x]))));
  const half = b.scale(p, 0.5);
  const odd = b.scale(b.op("Abs", [b.sub(half, b.op("Round", [half]))]), 2);
  const isWhole = b.op("Equal", [b.op("Round", [p]), p]);
  const sign = b.where(isWhole, b.sub(one, b.scale(odd, 2)), b.scalar(x.dtype, NaN));
  const power = b.mul(size, b.where(b.op("Less", [x, zero]), sign, one));
  const isOne = b.op("And", [b.op("Equal", [x, zero]), b.op("Equal", [p, zero])]);
  return b.where(isOne, one, power);
}
