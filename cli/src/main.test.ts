import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { mlpTemplate } from "@trainyard/graph";
import { afterAll, describe, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "trainyard-cli-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const model = join(folder, "model.onnx");
writeFileSync(model, mlpTemplate({ inputSize: 784, hiddenSizes: [256, 128], classCount: 10, seed: 1 }));

/** Runs the program as a shell does. */
function trainyard(...argv: readonly string[]): { status: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--import", "tsx", fileURLToPath(new URL("main.ts", import.meta.url)), ...argv],
    { encoding: "utf8" },
  );
  return { status, out: stdout, err: stderr };
}

describe("trainyard inspect", () => {
  test("prints operators, parameters, arithmetic and memory of a model", () => {
    const { status, out } = trainyard("inspect", model, "--batch", "64");
    expect(status).toBe(0);
    expect(out).toMatch(/Parameters\s+235,146 trainable in 6 weights/);
    expect(out).toMatch(/A step\s+batch 64, crossEntropy, adamw, float32/);
    expect(out).toMatch(/Arithmetic\s+[\d.]+ MFLOP a step/);
    expect(out).toMatch(/Peak memory\s+[\d.]+ MiB/);
    expect(out).toMatch(/Gemm\s+3\s+gradient/);
    expect(out).toMatch(/It can be trained\./);
  });

  test("gives machines the same as JSON, and other choices another state", () => {
    const of = (...flags: string[]) => {
      const { estimate } = JSON.parse(trainyard("inspect", model, "--json", ...flags).out) as {
        estimate: { stateBytes: number; optimizer: string; precision: string };
      };
      return estimate;
    };
    expect(of().stateBytes).toBe(3 * 4 * 235_146);
    expect(of("--optimizer", "sgd").stateBytes).toBe(2 * 4 * 235_146);
    // The scale of the loss and the steps since it last changed.
    expect(of("--precision", "float16")).toMatchObject({ precision: "float16", stateBytes: of().stateBytes + 8 });
  });

  test.each([
    [["inspect", join(folder, "none.onnx")], 1, /there is no such file/],
    [["inspect"], 1, /takes one file/],
    [["inspect", model, "--batch", "many"], 1, /whole number/],
    [["inspect", model, "--optimizer", "adam"], 1, /adamw, sgd/],
    [["inspect", model, "--precision", "half"], 1, /bfloat16, float16/],
    [["train"], 1, /not a command/],
    [["inspect", fileURLToPath(import.meta.url)], 2, /not a readable ONNX model/],
  ] as const)("says what is wrong with %j", (argv, status, text) => {
    const result = trainyard(...argv);
    expect(result.status).toBe(status);
    expect(result.err).toMatch(text);
    expect(result.err).not.toMatch(/ at .*\.ts:/);
  });
});
