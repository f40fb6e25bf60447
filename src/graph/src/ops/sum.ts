import { chain } from "./families/chain";
import { add } from "./add";
import type { Operator } from "./operator";

/** Sum of any number of operands; becomes a chain of additions on reading. */
export const sum = {
  ...add,
  name: "Sum",
  inputs: [1, 64],
  read: ({ b, inputs }) => [chain(inputs, b.add)],
} satisfies Operator;
