import { composedUnary } from "./families/composed";
import { limitedLine } from "./hard-sigmoid";

/** x min(1, max(0, x / 6 + 1 / 2)). */
export const hardSwish = composedUnary("HardSwish", { since: 14 }, (x, { b }) =>
  b.mul(x, limitedLine(b, x, 1 / 6, 0.5)),
);
