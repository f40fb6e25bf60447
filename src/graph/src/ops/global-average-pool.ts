import { misfit } from "../refusal";
import { free, input, type Operator } from "./operator";

/** Mean over all spatial axes; becomes ReduceMean on reading. */
export const globalAveragePool: Operator = {
  name: "GlobalAveragePool",
  allowed: "buyer",
  inputs: [1, 1],
  read({ b, inputs }) {
    const x = input({ inputs }, 0);
    if (x.shape.length < 3) misfit("GlobalAveragePool needs spatial axes.");
    return [
      b.reduce(
        "ReduceMean",
        x,
        x.shape.slice(2).map((_, i) => i + 2),
        true,
      ),
    ];
  },
  infer: () => misfit("GlobalAveragePool becomes ReduceMean on reading."),
  gradient: ({ dy }) => [dy],
  cost: free,
};
