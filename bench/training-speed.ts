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
import { BenchFailure, geometricMean, median, printTable, runBench, say } from "./support/report";
import { onnxProgram } from "./training/onnx";
import { startSide, takeTurns, type Side } from "./training/side";
import { requireTorch, torchProgram } from "./training/torch";
import { measureWorkloads, writeWorkload, type Workload } from "./training/workload";

const THREADS = 2;
const TURNS = { rounds: 15, least: 3, ms: 30_000 };
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
  writeWorkload(workload, folder, STEPS_COMPARED, STEPS_COMPARED + TURNS.rounds * workload.steps);
  const sides = [startSide(onnxProgram(folder, THREADS)), startSide(torchProgram(workload, folder, THREADS))] as const;
  try {
    return await compare(workload, ...sides);
  } finally {
    for (const side of sides) side.kill();
  }
}

async function compare({ name, steps }: Workload, ours: Side, torch: Side): Promise<Result> {
  const lossDifference = compareLosses(
    name,
    (await ours.train(STEPS_COMPARED)).losses,
    (await torch.train(STEPS_COMPARED)).losses,
  );
  const [mine = [], theirs = []] = await takeTurns([ours, torch], steps, TURNS);
  const result = {
    ours: { stepMs: median(mine), ...(await ours.finish()) },
    torch: { stepMs: median(theirs), ...(await torch.finish()) },
  };
  return { name, rounds: mine.length, lossDifference, ...result, ratio: result.torch.stepMs / result.ours.stepMs };
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
  const results = await measureWorkloads(measureModel);
  say(`PyTorch ${version}, ${THREADS} threads, interleaved rounds, medians:`);
  return report(results);
}

await runBench("training-speed", measure);
