import { describe, expect, test } from "vitest";
import { compileTraining } from "..";
import { handMade, node, tensor } from "../testing/model-writer";
import { byHand, expectState, fed, options, regression, sgd, STEPS, type Weights } from "../testing/regression";
import { runTraining } from "../testing/run-training";

/** Applies a rule for one number to every number, with slots that start at zero. */
function eachNumber(
  slots: Map<string, number[]>,
  rule: (p: number, g: number, slot: number, step: number) => readonly [next: number, slot: number],
) {
  return (weights: Weights, gradients: Weights, step: number): void => {
    for (const [name, values] of weights) {
      const kept = slots.get(name) ?? values.map(() => 0);
      slots.set(name, kept);
      values.forEach((p, i) => {
        const [next, slot] = rule(p, gradients.get(name)?.[i] ?? 0, kept[i] ?? 0, step);
        values[i] = next;
        kept[i] = slot;
      });
    }
  };
}

describe("optimizers follow their papers", () => {
  test("SGD without momentum keeps no slots", async () => {
    const compiled = compileTraining(regression, options({ optimizer: sgd }));
    expect(compiled.initialState.map(({ name }) => name)).toEqual(["layer0.bias", "layer0.weight"]);
    const wanted = byHand(
      compiled,
      eachNumber(new Map(), (p, g) => [p - 0.1 * g, 0]),
    );
    expectState(await runTraining(compiled, fed, [STEPS]), wanted);
  });

  test.each([false, true])("SGD with momentum, nesterov %s, and L2 decay", async (nesterov) => {
    const compiled = compileTraining(
      regression,
      options({ optimizer: { ...sgd, momentum: 0.9, nesterov, weightDecay: 0.05 } }),
    );
    const velocities = new Map<string, number[]>();
    const wanted = byHand(
      compiled,
      eachNumber(velocities, (p, g, u) => {
        const pull = g + 0.05 * p;
        const next = 0.9 * u + pull;
        return [p - 0.1 * (nesterov ? pull + 0.9 * next : next), next];
      }),
    );
    const trained = await runTraining(compiled, fed, [2, 4]);
    expectState(trained, wanted);
    expectState(trained, velocities, "sgd.velocity.");
  });

  test("Lion", async () => {
    const optimizer = { kind: "lion", learningRate: 0.02, beta1: 0.9, beta2: 0.99, weightDecay: 0.1 } as const;
    const compiled = compileTraining(regression, options({ optimizer }));
    const wanted = byHand(
      compiled,
      eachNumber(new Map(), (p, g, m) => [
        p * (1 - 0.02 * 0.1) - 0.02 * Math.sign(0.9 * m + 0.1 * g),
        0.99 * m + 0.01 * g,
      ]),
    );
    expectState(await runTraining(compiled, fed, [STEPS]), wanted);
  });

  test("Adafactor factors matrices and not vectors", async () => {
    const optimizer = { kind: "adafactor", learningRate: 0.05, weightDecay: 0 } as const;
    const compiled = compileTraining(regression, options({ optimizer }));
    expect(compiled.initialState.map(({ name, shape }) => [name, shape])).toEqual([
      ["adafactor.column.layer0.weight", [1, 2]],
      ["adafactor.row.layer0.weight", [3, 1]],
      ["adafactor.v.layer0.bias", [2]],
      ["layer0.bias", [2]],
      ["layer0.weight", [3, 2]],
    ]);
    const [row, column, v] = [
      [0, 0, 0],
      [0, 0],
      [0, 0],
    ];
    const rms = (values: readonly number[]) => Math.sqrt(values.reduce((sum, u) => sum + u * u, 0) / values.length);
    const wanted = byHand(compiled, (weights, gradients, step) => {
      const take = step ** -0.8;
      const move = (slots: number[], i: number, now: number) => (slots[i] = (slots[i] ?? 0) * (1 - take) + now * take);
      const g = gradients.get("layer0.weight") ?? [];
      const at = (i: number, j: number) => (g[i * 2 + j] ?? 0) ** 2 + 1e-30;
      for (const i of [0, 1, 2]) move(row, i, (at(i, 0) + at(i, 1)) / 2);
      for (const j of [0, 1]) move(column, j, (at(0, j) + at(1, j) + at(2, j)) / 3);
      const mean = row.reduce((a, b) => a + b, 0) / 3;
      const raw = g.map((value, k) => value / Math.sqrt(((row[k >> 1] ?? 0) / mean) * (column[k % 2] ?? 0)));
      const c = gradients.get("layer0.bias") ?? [];
      c.forEach((value, i) => move(v, i, value * value + 1e-30));
      const rawBias = c.map((value, i) => value / Math.sqrt(v[i] ?? 0));
      for (const [name, update] of [
        ["layer0.weight", raw],
        ["layer0.bias", rawBias],
      ] as const) {
        const values = weights.get(name) ?? [];
        const size = Math.max(1e-3, rms(values)) * 0.05;
        const clip = Math.max(1, rms(update));
        values.forEach((p, i) => (values[i] = p - (size * (update[i] ?? 0)) / clip));
      }
    });
    expectState(await runTraining(compiled, fed, [STEPS]), wanted);
  });

  test("Adafactor leaves a weight alone whose whole row and column get no gradient", async () => {
    const rectified = handMade({
      nodes: [node("MatMul", ["x", "w"], ["m"]), node("Relu", ["m"], ["y"])],
      initializers: [tensor("w", [3, 2], [1, -1, 1, -1, 1, -1])],
    });
    const optimizer = { kind: "adafactor", learningRate: 0.05, weightDecay: 0 } as const;
    const data = fed["data.x"].data.map((value, i) => (i % 3 === 2 ? 0 : Math.abs(value)));
    const rows = { ...fed, "data.x": { ...fed["data.x"], data } };
    const { losses, state } = await runTraining(compileTraining(rectified, options({ optimizer })), rows, [STEPS]);
    expect(losses.every(Number.isFinite)).toBe(true);
    const w = state.get("w") ?? new Float32Array();
    expect(w[0]).not.toBe(1);
    expect([w[1], w[3], w[4], w[5]]).toEqual([-1, -1, 1, -1]);
  });
});
