import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { onnxProgram } from "../../bench/training/onnx";
import { startSide } from "../../bench/training/side";
import { writeWorkload } from "../../bench/training/workload";
import { COMPARED, STEPS } from "../vectors/compared-workloads";

const { curves } = JSON.parse(readFileSync(new URL("../vectors/loss-curves.json", import.meta.url), "utf8")) as {
  curves: Record<string, number[]>;
};
const parent = mkdtempSync(join(tmpdir(), "trainyard-losses-"));
afterAll(() => rmSync(parent, { recursive: true, force: true }));

test.each(COMPARED.map((workload) => [workload.name, workload] as const))(
  "200 losses of %s are those of PyTorch on the same weights and batches",
  { timeout: 600_000 },
  async (name, workload) => {
    const folder = join(parent, name);
    writeWorkload(workload, folder, STEPS, STEPS);
    const side = startSide(onnxProgram(folder, 2));
    try {
      const { losses } = await side.train(STEPS);
      const wanted = curves[name] ?? [];
      expect(wanted.length).toBe(STEPS);
      const differences = losses.map((loss, step) => Math.abs(loss / (wanted[step] ?? Number.NaN) - 1));
      expect(losses.length).toBe(STEPS);
      expect(Math.max(...differences)).toBeLessThan(1e-3);
      expect(losses.at(-1)).toBeLessThan(losses[0] ?? 0);
    } finally {
      side.kill();
    }
  },
);
