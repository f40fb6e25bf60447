import { describe, expect, it } from "vitest";
import { jobEvaluation } from "./evaluation";
import type { LossKind } from "./inputs";
import { OWN_MODEL_DEFAULTS } from "./training-options";

const job = (loss: LossKind) => ({ quote: { training: OWN_MODEL_DEFAULTS, loss } });
const committed = new Uint8Array(Float32Array.of(30, 15, 20).buffer);

describe("a held-out evaluation", () => {
  it("is the mean over what was counted", () => {
    expect(jobEvaluation(job("crossEntropy"), committed)).toEqual({ loss: 1.5, accuracy: 0.75 });
    expect(jobEvaluation(job("binaryCrossEntropy"), committed)?.accuracy).toBe(0.75);
  });

  it.each(["meanSquaredError", "meanAbsoluteError", "huber"] as const)("has no accuracy for %s", (loss) => {
    expect(jobEvaluation(job(loss), committed)).toEqual({ loss: 1.5, accuracy: null });
  });

  it("is nothing where nothing was counted", () => {
    expect(jobEvaluation(job("crossEntropy"), null)).toBeNull();
    expect(jobEvaluation(job("crossEntropy"), new Uint8Array(12))).toBeNull();
  });
});
