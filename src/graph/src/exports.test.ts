import { InferenceSession, Tensor as RuntimeTensor } from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import { compileTraining, inspectModel, type Tensor } from ".";
import { EXPORTED, exportedBatch, exportedOptions, type Exported } from "./testing/exported";
import { readVector } from "./testing/read-vector";

const STEPS = 20;
/** Images of 224 pixels are many times the work of the others. */
const batchOf = ({ data }: Exported): number => ("side" in data && data.side > 100 ? 2 : 4);

/** Trains one batch over and over: a model whose gradients are right fits it. */
async function losses(exported: Exported, forward: Uint8Array): Promise<number[]> {
  const batch = batchOf(exported);
  const compiled = compileTraining(forward, exportedOptions(exported, batch, STEPS));
  const session = await InferenceSession.create(compiled.segmentModel, { intraOpNumThreads: 2, logSeverityLevel: 3 });
  const feeds: Record<string, RuntimeTensor> = {
    ...Object.fromEntries(compiled.initialState.map((tensor) => [tensor.name, runtimeTensor(tensor)])),
    steps: new RuntimeTensor("int64", BigInt64Array.of(BigInt(STEPS)), []),
    schedule: floats(compiled.schedule, [STEPS, compiled.scheduleWidth]),
  };
  for (const [name, { shape, data }] of exportedBatch(exported, batch)) {
    const all = new Uint8Array(data.length * STEPS);
    for (let step = 0; step < STEPS; step++) all.set(data, step * data.length);
    feeds[name] = new RuntimeTensor("uint8", all, [STEPS, ...shape]);
  }
  const results = await session.run(feeds, ["loss"]);
  await session.release();
  return Array.from(results["loss"]?.data as Float32Array);
}

const floats = (bytes: Uint8Array, shape: readonly number[]): RuntimeTensor =>
  new RuntimeTensor("float32", new Float32Array(bytes.slice().buffer), [...shape]);

const runtimeTensor = ({ shape, data }: Tensor): RuntimeTensor => floats(data, shape);

describe.each(EXPORTED.map((each) => [each.name, each] as const))("%s as PyTorch exports it", (name, exported) => {
  const forward = readVector(name);

  test("has nothing in it that cannot be trained", () => {
    const { unsupported, operators, parameterCount } = inspectModel(forward);
    expect(unsupported).toEqual([]);
    expect(operators.filter(({ gradient }) => gradient === "refused")).toEqual([]);
    expect(parameterCount).toBeGreaterThan(1000);
  });

  test("fits a batch in 20 steps", { timeout: 600_000 }, async () => {
    const curve = await losses(exported, forward);
    expect(curve.length).toBe(STEPS);
    expect(curve.every(Number.isFinite)).toBe(true);
    const late = Math.min(...curve.slice(-5));
    expect(late, curve.map((loss) => loss.toFixed(3)).join(" ")).toBeLessThan(0.95 * (curve[0] ?? 0));
  });
});
