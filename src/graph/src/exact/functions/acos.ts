import type { Builder } from "../../builder";
import type { Value } from "../../ir";
import { atan } from "./atan";

/** arccos x = 2 arctan sqrt((1 - x) / (1 + x)); NaN outside [-1, 1]. Relative error below 3.4e-7. */
export function acos(b: Builder, x: Value): Value {
  const one = b.scalar(x.dtype, 1);
  return b.scale(atan(b, b.op("Sqrt", [b.div(b.sub(one, x), b.add(one, x))])), 2);
}
