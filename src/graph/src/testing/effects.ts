import type { Effects } from "../ops/operator";

/** What a model does besides arithmetic in evaluation: nothing. */
export const evaluationEffects: Effects = {
  mode: "evaluation",
  update: () => undefined,
  chance: () => {
    throw new TypeError("Nothing is left to chance in evaluation.");
  },
};
