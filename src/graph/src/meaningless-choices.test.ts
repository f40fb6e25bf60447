import { describe, expect, test } from "vitest";
import { compileTraining } from ".";
import { handMade, node, tensor } from "./testing/model-writer";
import { BATCH, fed, options, regression, STEPS } from "./testing/regression";
import { runTraining } from "./testing/run-training";
import { noise } from "./testing/runtime";

describe("what cannot be meant is refused", () => {
  test("a pattern of many stars takes no time to fit or not", () => {
    expect(() => compileTraining(regression, options({ frozen: [`${"*a".repeat(60)}b`] }))).toThrow(/fits no weight/);
    expect(() => compileTraining(regression, options({ frozen: ["lay*0.*ght", "*.b*s*"] }))).toThrow(
      /nothing to train/,
    );
  });

  test.each([
    [{ loss: { kind: "mse" } }, /kind of loss "mse"/],
    [{ optimizer: { kind: "adam", learningRate: 1, weightDecay: 0 } }, /kind of optimizer "adam"/],
    [{ schedule: { kind: "cosin", warmupSteps: 0 } }, /kind of schedule "cosin"/],
    [
      {
        inputs: [
          { input: "x", dtype: "float32" },
          { input: "z", dtype: "float32" },
        ],
      },
      /no input "z"/,
    ],
  ] as const)("%j", (change, sentence) => {
    expect(() => compileTraining(regression, options(change as never))).toThrow(sentence);
  });

  test("a constant by the name of a state tensor", () => {
    const taken = handMade({
      nodes: [node("MatMul", ["x", "w"], ["m"]), node("Mul", ["m", "adam.m.w"], ["y"])],
      initializers: [tensor("w", [3, 2], noise(6, 4)), tensor("adam.m.w", [2], [2, 3], "float32")],
    });
    expect(() => compileTraining(taken, options({}))).toThrow(/adam\.m\.w/);
  });

  test("a label that is no class makes the loss no number, so that a run stops", async () => {
    const classes = compileTraining(
      regression,
      options({ loss: { kind: "crossEntropy" }, labels: { dtype: "int64" } }),
    );
    const data = Array.from({ length: STEPS * BATCH }, (_, i) => (i === 9 ? 2 : i % 2));
    const labels = { dtype: "int64", shape: [STEPS, BATCH], data } as const;
    const { losses } = await runTraining(classes, { "data.x": fed["data.x"], labels }, [STEPS]);
    expect(losses.slice(0, 2).every(Number.isFinite)).toBe(true);
    expect(losses[2]).toBeNaN();
  });
});
