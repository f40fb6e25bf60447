import { binary } from "./families/elementwise";
import { chain } from "./families/chain";
import type { Operator } from "./operator";

/** Two operands in the graph; more are chained on reading. Where both are equal the first gets the gradient. */
export const max = {
  ...binary({
    name: "Max",
    gradient: ({ b, dy }, x, y) => {
      const second = b.op("Greater", [y, x]);
      const none = b.scalar(dy.dtype, 0);
      return [b.where(second, none, dy), b.where(second, dy, none)];
    },
    fold: (x, y) => Math.max(x, y),
  }),
  inputs: [1, 64],
  read: ({ b, inputs }) => [chain(inputs, (x, y) => b.op("Max", [x, y]))],
} satisfies Operator;
