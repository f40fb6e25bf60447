import { InferenceSession, Tensor as RuntimeTensor } from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import { probeModel } from ".";

const settings = { intraOpNumThreads: 1, graphOptimizationLevel: "all", logSeverityLevel: 3 } as const;
const floatsOf = (tensor: RuntimeTensor | undefined): Float32Array => Float32Array.from(tensor?.data as Float32Array);

describe("the probe", () => {
  test("gives finite outputs, the same each time, in little time", async () => {
    const { model, inputs } = probeModel();
    const session = await InferenceSession.create(model, settings);
    const feeds = Object.fromEntries(
      inputs.map(({ name, shape, data }) => [
        name,
        new RuntimeTensor("float32", new Float32Array(data.slice().buffer), [...shape]),
      ]),
    );
    const first = await session.run(feeds);
    const begun = performance.now();
    const second = await session.run(feeds);
    expect(performance.now() - begun).toBeLessThan(500);
    expect(session.outputNames.every((name, k) => name === `probe.${k}`)).toBe(true);
    for (const name of session.outputNames) {
      const [a, b] = [floatsOf(first[name]), floatsOf(second[name])];
      expect(a.every(Number.isFinite), name).toBe(true);
      expect(Buffer.from(a.buffer).equals(Buffer.from(b.buffer)), name).toBe(true);
      expect(
        a.some((x) => x !== 0),
        name,
      ).toBe(true);
    }
  });
});
