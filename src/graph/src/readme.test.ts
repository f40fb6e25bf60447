import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { mlpTemplate } from ".";

const root = fileURLToPath(new URL("../../..", import.meta.url));

test("the example of the README trains a model as it stands", { timeout: 60_000 }, () => {
  const [, code = ""] = /```js\n(.*?)```/s.exec(readFileSync(new URL("../README.md", import.meta.url), "utf8")) ?? [];
  const folder = mkdtempSync(join(tmpdir(), "trainyard-readme-"));
  try {
    mkdirSync(join(folder, "node_modules/@trainyard"), { recursive: true });
    symlinkSync(join(root, "src/graph"), join(folder, "node_modules/@trainyard/graph"));
    symlinkSync(join(root, "node_modules/onnxruntime-node"), join(folder, "node_modules/onnxruntime-node"));
    writeFileSync(join(folder, "model.onnx"), mlpTemplate({ inputSize: 2, hiddenSizes: [16], classCount: 2, seed: 1 }));
    writeFileSync(join(folder, "train.mjs"), code);
    const { stdout, stderr } = spawnSync(process.execPath, ["--import", import.meta.resolve("tsx"), "train.mjs"], {
      cwd: folder,
      encoding: "utf8",
    });
    const [, first = "", last = ""] = /loss ([\d.]+) -> ([\d.]+)/.exec(stdout) ?? [];
    expect(Number(last), stdout + stderr).toBeLessThan(0.8 * Number(first));
    expect(readFileSync(join(folder, "trained.onnx")).length).toBeGreaterThan(100);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
