import type { Value } from "../../ir";
import { misfit } from "../../refusal";
import { free, type Operator, type Reading } from "../operator";

/** A buyer's operator that becomes simpler operators on reading. Its gradient and its cost are theirs. */
export function composed(
  name: string,
  spec: Pick<Operator, "inputs" | "attributes" | "since" | "limits">,
  compose: (reading: Reading) => readonly Value[],
): Operator {
  const gone = (): never => misfit(`${name} becomes simpler operators on reading.`);
  return { name, allowed: "buyer", ...spec, read: compose, infer: gone, gradient: gone, cost: free };
}

/** An operator that maps every element by itself and is spelled out on reading. */
export function composedUnary(
  name: string,
  spec: Pick<Operator, "attributes" | "since">,
  compose: (x: Value, reading: Reading) => Value,
): Operator {
  return composed(name, { inputs: [1, 1], ...spec }, (reading) => [
    compose(reading.inputs[0] ?? misfit(`${name} has no operand.`), reading),
  ]);
}
