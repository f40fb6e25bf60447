/**
 * Writes loss-curves.json: the losses of PyTorch on the models, first weights and batches of the training benchmark.
 *
 * Usage: node --import tsx test/vectors/record-losses.ts. Needs Debian's python3-torch and libopenblas0-openmp.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startSide } from "../../bench/training/side";
import { requireTorch, torchProgram } from "../../bench/training/torch";
import { writeWorkload } from "../../bench/training/workload";
import { COMPARED, STEPS } from "./compared-workloads";

const torch = requireTorch();
const parent = mkdtempSync(join(tmpdir(), "trainyard-losses-"));
try {
  const curves: Record<string, number[]> = {};
  for (const workload of COMPARED) {
    const folder = join(parent, workload.name);
    writeWorkload(workload, folder, STEPS, STEPS);
    const side = startSide(torchProgram(workload, folder, 2));
    curves[workload.name] = (await side.train(STEPS)).losses;
    await side.finish();
  }
  writeFileSync(new URL("loss-curves.json", import.meta.url), `${JSON.stringify({ torch, curves })}\n`);
} finally {
  rmSync(parent, { recursive: true, force: true });
}
