import { free, type Operator } from "./operator";
import { misfit } from "../refusal";

/** The steps of a segment. It is assembled directly, because its body is a graph and not a set of operands. */
export const loop: Operator = {
  name: "Loop",
  allowed: "compiler",
  inputs: [2, 65_536],
  attributes: { body: "graph" },
  infer: () => misfit("Loop is assembled with its body."),
  gradient: {
    refused: "A loop has no gradient: the gradient is taken inside its body.",
    fix: "Unroll the loop in the exporter.",
  },
  cost: free,
};
