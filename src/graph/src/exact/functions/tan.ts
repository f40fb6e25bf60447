import type { Builder } from "../../builder";
import type { Value } from "../../ir";
import { nearby, rotated } from "./circle";

/** sin x / cos x, from one reduction. Relative error below 3.2e-7 for |x| <= 1. */
export function tan(b: Builder, x: Value): Value {
  const { sine: s, cosine: c, rest } = nearby(b, x);
  return b.div(rotated(b, { sine: s, cosine: c, rest }), rotated(b, { sine: c, cosine: b.neg(s), rest }));
}
