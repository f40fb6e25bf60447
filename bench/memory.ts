/**
 * `npm run bench -- memory [MODEL ...]`: the peak of memory that a job is told before it runs, next to what it takes.
 *
 * The estimate is worked out from the graph alone. What it takes is the growth of a process of its own from the loaded
 * graph to the highest point of three steps, fed state and batches included. Models are those that PyTorch and torchvision
 * export, with AdamW and with plain SGD. The figure is the worst of all ratios, as the factor by which the estimate is off.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { compileTraining, type TrainingOptions } from "@trainyard/graph";
import { encodeSafetensors, type NamedTensor } from "@trainyard/protocol";
import { z } from "zod";
import { EXPORTED, exportedBatch, exportedOptions, type Exported } from "../src/graph/src/testing/exported";
import { readVector } from "../src/graph/src/testing/read-vector";
import { BenchFailure, printTable, runBench, say } from "./support/report";

const THREADS = 2;
const STEPS = 3;
const BATCHES = { images: 8, texts: 16 };
const ADAMW = { kind: "adamw", learningRate: 1e-4, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 } as const;
/** AdamW of the largest models takes more than the machines that this runs on have to spare. */
const ADAMW_PARAMETERS_MAX = 60e6;

interface Result {
  readonly name: string;
  readonly estimate: number;
  readonly grown: number;
}

function measureModel(exported: Exported, folder: string): Result[] {
  const batch = "side" in exported.data ? BATCHES.images : BATCHES.texts;
  const forward = readVector(exported.name);
  const plain = exportedOptions(exported, batch, STEPS);
  const results = [measureRun(`${exported.name}, SGD`, forward, plain, exported, folder)];
  const [first] = results;
  if (first !== undefined && first.parameters <= ADAMW_PARAMETERS_MAX)
    results.push(measureRun(`${exported.name}, AdamW`, forward, { ...plain, optimizer: ADAMW }, exported, folder));
  return results;
}

function measureRun(
  name: string,
  forward: Uint8Array,
  options: TrainingOptions,
  exported: Exported,
  folder: string,
): Result & { parameters: number } {
  const compiled = compileTraining(forward, options);
  const fed = [...exportedBatch(exported, options.batchSize)].map(([port, { shape, data }]): NamedTensor => {
    const all = new Uint8Array(data.length * STEPS);
    for (let step = 0; step < STEPS; step++) all.set(data, step * data.length);
    return { name: port, dtype: "uint8", shape: [STEPS, ...shape], data: all };
  });
  const scalars: NamedTensor[] = [
    { name: "steps", dtype: "int64", shape: [], data: new Uint8Array(BigInt64Array.of(BigInt(STEPS)).buffer) },
    { name: "schedule", dtype: "float32", shape: [STEPS, compiled.scheduleWidth], data: compiled.schedule },
  ];
  writeFileSync(join(folder, "segment.onnx"), compiled.segmentModel);
  writeFileSync(join(folder, "state.safetensors"), encodeSafetensors(compiled.initialState));
  writeFileSync(join(folder, "data.safetensors"), encodeSafetensors([...fed, ...scalars]));
  const script = fileURLToPath(new URL("memory/run.ts", import.meta.url));
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--expose-gc", "--import", "tsx", script, folder, String(THREADS)],
    { encoding: "utf8" },
  );
  if (status !== 0) throw new BenchFailure(`${name} did not run: ${stderr.trim()}`, "Correct that, run again.");
  const { grownBytes } = z.object({ grownBytes: z.number() }).parse(JSON.parse(stdout));
  const { peakMemoryBytes, parameterCount } = compiled.report;
  return { name, estimate: peakMemoryBytes, grown: grownBytes, parameters: parameterCount };
}

async function measure(): Promise<number> {
  const wanted = process.argv.slice(2);
  const folder = mkdtempSync(join(tmpdir(), "trainyard-bench-"));
  try {
    const results = EXPORTED.filter(({ name }) => wanted.length === 0 || wanted.includes(name)).flatMap((exported) => {
      say(`Measuring ${exported.name}.`);
      return measureModel(exported, folder);
    });
    const mebibytes = (bytes: number): string => (bytes / 1024 ** 2).toFixed(0);
    printTable(
      ["model", "estimate MiB", "taken MiB", "estimate / taken"],
      results.map(({ name, estimate, grown }) => [
        name,
        mebibytes(estimate),
        mebibytes(grown),
        (estimate / grown).toFixed(2),
      ]),
    );
    return Math.max(...results.map(({ estimate, grown }) => Math.max(estimate / grown, grown / estimate)));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

await runBench("memory", measure);
