import { composedUnary } from "./families/composed";

/** x tanh(log(1 + e^x)). */
export const mish = composedUnary("Mish", { since: 18 }, (x, { b }) => b.mul(x, b.op("Tanh", [b.op("Softplus", [x])])));
