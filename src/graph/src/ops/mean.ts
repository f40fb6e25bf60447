import { chain } from "./families/chain";
import { composed } from "./families/composed";

/** Mean of any number of operands. */
export const mean = composed("Mean", { inputs: [1, 64] }, ({ b, inputs }) => [
  b.scale(chain(inputs, b.add), 1 / inputs.length),
]);
