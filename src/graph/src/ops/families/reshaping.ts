import type { Value } from "../../ir";
import { misfit } from "../../refusal";
import { free, input, type Operator, type Reading } from "../operator";

/** A buyer's operator that becomes a Reshape on reading; it never stands in the graph itself. */
export function reshaping(
  name: string,
  spec: Pick<Operator, "inputs" | "attributes">,
  shape: (x: Value, reading: Reading) => readonly number[],
): Operator {
  return {
    name,
    allowed: "buyer",
    ...spec,
    read: (reading) => {
      const x = input(reading, 0);
      return [reading.b.reshape(x, shape(x, reading))];
    },
    infer: () => misfit(`${name} becomes Reshape on reading.`),
    gradient: ({ b, node, dy }) => [b.reshape(dy, input(node, 0).shape)],
    cost: free,
  };
}
