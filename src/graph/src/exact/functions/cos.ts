import type { Builder } from "../../builder";
import type { Value } from "../../ir";
import { nearby, rotated } from "./circle";

/** cos x = C - r (S + C r / 2); see sin. Absolute error below 3e-7 for |x| <= 50,000. */
export function cos(b: Builder, x: Value): Value {
  const { sine: s, cosine: c, rest } = nearby(b, x);
  return rotated(b, { sine: c, cosine: b.neg(s), rest });
}
