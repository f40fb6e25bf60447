import type { Value } from "../../ir";
import { misfit } from "../../refusal";

/** Combines any number of operands from the left. */
export function chain(inputs: readonly (Value | undefined)[], combine: (a: Value, b: Value) => Value): Value {
  const [first, ...rest] = inputs.map((value) => value ?? misfit("An operand is missing."));
  if (first === undefined) misfit("An operand is missing.");
  return rest.reduce(combine, first);
}
