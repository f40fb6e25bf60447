/**
 * Runs some steps of a training graph and says how much memory that took.
 *
 * Usage: run.ts FOLDER THREADS. FOLDER holds segment.onnx, state.safetensors and data.safetensors. Prints
 * {"grownBytes": …}: the most memory that the process ever held, beyond what it held with the graph loaded and nothing
 * fed. The state is read in between, so it counts: whoever runs a segment holds it.
 */
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { decodeSafetensors } from "@trainyard/protocol";
import { openSession, toRuntimeTensor, type RuntimeTensor } from "../../worker/src/session";

const [folder = "", threads = ""] = process.argv.slice(2);
const MEBIBYTE = 1024 ** 2;

const session = await openSession(
  readFileSync(join(folder, "segment.onnx")),
  { kind: "native", threads: Number(threads), optimization: "all" },
  "cpu",
  statSync(join(folder, "state.safetensors")).size,
);
globalThis.gc?.();
// The high-water mark starts again here.
writeFileSync("/proc/self/clear_refs", "5");
const before = field("VmRSS");
const feeds = new Map<string, RuntimeTensor>(
  ["state.safetensors", "data.safetensors"].flatMap((name) =>
    decodeSafetensors(readFileSync(join(folder, name))).map(
      (tensor) => [tensor.name, toRuntimeTensor(tensor)] as const,
    ),
  ),
);
await session.run(feeds);
process.stdout.write(`${JSON.stringify({ grownBytes: field("VmHWM") - before })}\n`);
await session.close();

/** A field of the process's status, in bytes. */
function field(name: string): number {
  const [, kibibytes = "0"] = new RegExp(`${name}:\\s+(\\d+)`).exec(readFileSync("/proc/self/status", "utf8")) ?? [];
  return (Number(kibibytes) * MEBIBYTE) / 1024;
}
