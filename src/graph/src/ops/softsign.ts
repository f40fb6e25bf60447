import { composedUnary } from "./families/composed";

/** x / (1 + |x|). */
export const softsign = composedUnary("Softsign", {}, (x, { b }) => b.div(x, b.shift(b.op("Abs", [x]), 1)));
