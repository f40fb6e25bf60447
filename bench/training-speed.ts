/**
 * `npm run bench -- training-speed`: milliseconds per training step of four models, next to eager PyTorch.
 *
 * Ours is the compiled segment graph in ONNX Runtime, run as the worker runs a chunk of steps; the peer is the same
 * architecture in Debian's PyTorch with the same first weights, batches, AdamW and threads. Both sides get the batches as
 * bytes in memory and convert them within the timed step. Each side is a process of its own; they take turns, round by
 * round, and the medians are compared. The losses of both are compared first, step by step: a peer that computes something
 * else would be no peer. Memory is the peak of the whole process. The figure is the geometric mean of PyTorch's time over
 * ours.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BenchFailure, geometricMean, median, printTable, runBench, say } from "./support/report";
import { onnxProgram } from "./training/onnx";
import { startSide, type Side } from "./training/side";
import { requireTorch, torchProgram } from "./training/torch";
import { WORKLOADS, writeWorkload, type Workload } from "./training/workload";

const THREADS = 2;
/** Each model gets this many rounds, fewer where they would take longer than the time, which on a busy machine they do. */
const ROUNDS = 15;
const ROUNDS_LEAST = 3;
const MODEL_MS = 30_000;
/** Both sides train this many steps from the same weights first, and no loss may differ by more than the tolerance. */
const STEPS_COMPARED = 200;
const LOSS_TOLERANCE = 1e-3;

interface Result {
  readonly name: string;
  readonly rounds: number;
  /** Largest relative difference of the losses of the compared steps. */
  readonly lossDifference: number;
  readonly ours: { readonly stepMs: number; readonly peakBytes: number };
  readonly torch: { readonly stepMs: number; readonly peakBytes: number };
  readonly ratio: number;
}

async function measureModel(workload: Workload, folder: string): Promise<Result> {
  writeWorkload(workload, folder, STEPS_COMPARED, STEPS_COMPARED + ROUNDS * workload.steps);
  const sides = [startSide(onnxProgram(folder, THREADS)), startSide(torchProgram(workload, folder, THREADS))] as const;
  try {
    return await takeTurns(workload, ...sides);
  } finally {
    for (const side of sides) side.kill();
  }
}

async function takeTurns(workload: Workload, ours: Side, torch: Side): Promise<Result> {
  const lossDifference = compareLosses(
    workload.name,
    (await ours.train(STEPS_COMPARED)).losses,
    (await torch.train(STEPS_COMPARED)).losses,
  );
  const times = { ours: [] as number[], torch: [] as number[] };
  const started = performance.now();
  for (let round = 0; round < ROUNDS; round++) {
    if (round >= ROUNDS_LEAST && performance.now() - started > MODEL_MS) break;
    times.ours.push((await ours.train(workload.steps)).ms / workload.steps);
    times.torch.push((await torch.train(workload.steps)).ms / workload.steps);
  }
  const result = {
    ours: { stepMs: median(times.ours), ...(await ours.finish()) },
    torch: { stepMs: median(times.torch), ...(await torch.finish()) },
  };
  const ratio = result.torch.stepMs / result.ours.stepMs;
  return { name: workload.name, rounds: times.ours.length, lossDifference, ...result, ratio };
}

/** The largest relative difference of a loss. Throws when it is too large: then the two do not train the same. */
function compareLosses(name: string, ours: readonly number[], torch: readonly number[]): number {
  let largest = 0;
  for (let step = 0; step < STEPS_COMPARED; step++) {
    const [a = NaN, b = NaN] = [ours[step], torch[step]];
    largest = Math.max(largest, Math.abs(a - b) / Math.abs(b));
    if (largest <= LOSS_TOLERANCE) continue;
    throw new BenchFailure(
      `At step ${step} of ${name} the loss is ${a} here and ${b} in PyTorch, so the two do not train the same.`,
      "Make bench/torch/models.py follow the model.",
    );
  }
  return largest;
}

function report(results: readonly Result[]): number {
  const mebibytes = (bytes: number): string => (bytes / 1024 ** 2).toFixed(0);
  const rows = results.map(({ name, rounds, lossDifference, ours, torch, ratio }) => [
    name,
    String(rounds),
    ours.stepMs.toFixed(2),
    torch.stepMs.toFixed(2),
    mebibytes(ours.peakBytes),
    mebibytes(torch.peakBytes),
    (ours.peakBytes / torch.peakBytes).toFixed(2),
    lossDifference.toExponential(1),
    ratio.toFixed(2),
  ]);
  printTable(
    [
      "model",
      "rounds",
      "ours ms/step",
      "torch ms/step",
      "ours peak MiB",
      "torch peak MiB",
      "memory",
      "loss difference",
      "x",
    ],
    rows,
  );
  return geometricMean(results.map(({ ratio }) => ratio));
}

async function measure(): Promise<number> {
  const version = requireTorch();
  const parent = mkdtempSync(join(tmpdir(), "trainyard-bench-"));
  try {
    const results: Result[] = [];
    for (const workload of WORKLOADS) {
      say(`Measuring ${workload.name}: ${workload.steps} steps of batch ${workload.batchSize} a round.`);
      results.push(await measureModel(workload, join(parent, workload.name)));
    }
    say(`PyTorch ${version}, ${THREADS} threads, interleaved rounds, medians:`);
    return report(results);
  } finally {
    rmSync(parent, { recursive: true, force: true });
  }
}

await runBench("training-speed", measure);
