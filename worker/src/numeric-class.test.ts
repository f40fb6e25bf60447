import { EXACT_CLASS, STANDARD_ENGINES, type EngineSettings, type ExecutionProviderName } from "@trainyard/protocol";
import { describe, expect, it } from "vitest";
import { exactProbe } from "./exact-probe";
import { exactClassHash, measureNumericClass } from "./numeric-class";
import { fromRuntimeTensor, openSession, toRuntimeTensor } from "./session";

const { exact, native } = STANDARD_ENGINES;

/** The exact probe's outputs, by name in the order of the graph. */
async function outputsOf(provider: ExecutionProviderName, engine: EngineSettings = exact) {
  const { model, inputs } = exactProbe();
  const session = await openSession(model, engine, provider);
  const results = await session.run(new Map(inputs.map((input) => [input.name, toRuntimeTensor(input)])));
  await session.close();
  return [...results].map(([name, tensor]) => fromRuntimeTensor(name, tensor));
}

describe("the exact probe", () => {
  it("gives the bytes that every machine must give, in ONNX Runtime and in ONNX Runtime Web", async () => {
    const [onProcessor, inWasm] = [await outputsOf("cpu"), await outputsOf("wasm")];
    expect(inWasm).toEqual(onProcessor);
    expect(exactClassHash(onProcessor)).toBe(EXACT_CLASS);
    expect(onProcessor.map(({ name, shape }) => ({ name, shape }))).toEqual(
      ["probe.product", "probe.softmax", "probe.update"].map((name) => ({ name, shape: [24, 17] })),
    );
  });

  it.each([
    [1, "disabled"],
    [1, "all"],
    [2, "extended"],
  ] as const)("gives them on %i threads with optimisation %s", async (threads, optimization) => {
    const outputs = await outputsOf("cpu", { kind: "native", threads, optimization });
    expect(exactClassHash(outputs)).toBe(EXACT_CLASS);
  });

  it("is a softmax of a product, so that it cannot be of nothing", async () => {
    const softmax = (await outputsOf("wasm")).find(({ name }) => name === "probe.softmax");
    const values = new Float32Array(softmax?.data.slice().buffer ?? new ArrayBuffer(0));
    for (let row = 0; row < 24; row++) {
      const shares = values.subarray(row * 17, row * 17 + 17);
      expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 5);
      expect(new Set(shares).size).toBe(17);
    }
  });
});

describe("a numeric class", () => {
  it("of an exact job is one on every runtime, of a native one another", async () => {
    expect(await measureNumericClass(exact, "cpu")).toBe(EXACT_CLASS);
    expect(await measureNumericClass(exact, "wasm")).toBe(EXACT_CLASS);
    expect(await measureNumericClass(native, "cpu")).not.toBe(EXACT_CLASS);
  });

  it("of a native job cannot be had in WebAssembly", async () => {
    await expect(measureNumericClass(native, "wasm")).rejects.toMatchObject({
      code: "unsupported",
      message: expect.stringContaining("exact jobs only") as string,
    });
  });
});
