import type { Value } from "../../ir";
import { misfit } from "../../refusal";
import { free, type Gradient, type Operator, type Reading } from "../operator";

/** A buyer's operator that is gone after reading: resolved to a constant or to its own input. */
export function vanishing(
  name: string,
  spec: Pick<Operator, "inputs" | "attributes" | "since" | "limits"> & { readonly gradient: Gradient },
  resolve: (reading: Reading) => Value,
): Operator {
  return {
    name,
    allowed: "buyer",
    ...spec,
    read: (reading) => [resolve(reading)],
    infer: () => misfit(`${name} is resolved on reading.`),
    cost: free,
  };
}
