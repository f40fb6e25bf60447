/**
 * `npm run bench -- exact`: milliseconds per training step of four models on the exact engine, next to the native one and
 * to eager PyTorch, and of the exact graph in WebAssembly next to the same graph in native code.
 *
 * The first three take turns with two threads each, round by round, and the medians are compared; so do the last two, with
 * one thread each. All train from the same weights on the same batches with AdamW; the losses of the first rounds are
 * compared before. The figure is the geometric mean of the exact engine's time over PyTorch's: below one is faster.
 */
import { join } from "node:path";
import { BenchFailure, geometricMean, median, printTable, runBench, say } from "./support/report";
import { onnxProgram } from "./training/onnx";
import { startSide, takeTurns, type Program } from "./training/side";
import { requireTorch, torchProgram } from "./training/torch";
import { measureWorkloads, writeWorkload, type Workload } from "./training/workload";

const THREADS = 2;
const TURNS = { rounds: 9, least: 3, ms: 40_000 };
/** Largest difference of the losses of the first round: two slices keep about 14 bits of a tensor's largest element. */
const LOSS_TOLERANCE = 0.02;
/** A round in WebAssembly trains this many times fewer steps. */
const WASM_SHARE = 8;

interface Result {
  readonly name: string;
  readonly exact: number;
  readonly native: number;
  readonly torch: number;
  readonly single: number;
  readonly wasm: number;
}

/** Medians of programs that take turns, in milliseconds per step, and the losses of a first round that is not timed. */
async function measurePrograms(
  programs: readonly Program[],
  steps: number,
): Promise<{ ms: number[]; losses: number[][] }> {
  const sides = programs.map(startSide);
  try {
    const losses: number[][] = [];
    for (const side of sides) losses.push((await side.train(steps)).losses);
    return { ms: (await takeTurns(sides, steps, TURNS)).map(median), losses };
  } finally {
    for (const side of sides) side.kill();
  }
}

async function measureModel(workload: Workload, folder: string): Promise<Result> {
  const { name, steps } = workload;
  const [exactFolder, nativeFolder] = [join(folder, "exact"), join(folder, "native")];
  const total = (TURNS.rounds + 1) * steps;
  writeWorkload(workload, exactFolder, steps, total, { kind: "exact", slices: 2 });
  writeWorkload(workload, nativeFolder, steps, total);
  const together = await measurePrograms(
    [
      onnxProgram(exactFolder, THREADS),
      onnxProgram(nativeFolder, THREADS),
      torchProgram(workload, nativeFolder, THREADS),
    ],
    steps,
  );
  compareLosses(name, together.losses);
  const fewer = Math.max(1, Math.ceil(steps / WASM_SHARE));
  const alone = await measurePrograms([onnxProgram(exactFolder, 1), onnxProgram(exactFolder, 1, "wasm")], fewer);
  const [exact = NaN, native = NaN, torch = NaN] = together.ms;
  const [single = NaN, wasm = NaN] = alone.ms;
  return { name, exact, native, torch, single, wasm };
}

function compareLosses(name: string, [exact = [], native = []]: readonly (readonly number[])[]): void {
  exact.forEach((loss, step) => {
    const float = native[step] ?? NaN;
    if (Math.abs(loss - float) <= LOSS_TOLERANCE) return;
    throw new BenchFailure(
      `At step ${step} of ${name} the exact loss is ${loss} and the native one ${float}, so the two do not train alike.`,
      "Find what the exact lowering computes otherwise.",
    );
  });
}

async function measure(): Promise<number> {
  const version = requireTorch();
  const results = await measureWorkloads(measureModel);
  say(
    `PyTorch ${version}, ${THREADS} threads; WebAssembly and its native peer 1 thread; interleaved rounds, medians, ms/step:`,
  );
  printTable(
    ["model", "exact", "native", "torch", "exact/native", "exact/torch", "exact 1 thread", "wasm", "wasm/exact"],
    results.map(({ name, exact, native, torch, single, wasm }) => [
      name,
      ...[exact, native, torch, exact / native, exact / torch, single, wasm, wasm / single].map((x) => x.toFixed(2)),
    ]),
  );
  say(`exact / native: ${geometricMean(results.map(({ exact, native }) => exact / native)).toFixed(2)}`);
  say(`WebAssembly / native code: ${geometricMean(results.map(({ wasm, single }) => wasm / single)).toFixed(2)}`);
  return geometricMean(results.map(({ exact, torch }) => exact / torch));
}

await runBench("exact", measure);
