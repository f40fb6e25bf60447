import { availableParallelism, loadavg } from "node:os";

/** Why a benchmark cannot give its figure: what happened, and what to do about it. */
export class BenchFailure extends Error {
  override name = "BenchFailure";

  constructor(happened: string, fix: string) {
    super(`${happened} ${fix}`);
  }
}

/** Runs a benchmark; its one figure, the ratio to the peer, is the last line. A failure is one sentence and exit code 1. */
export async function runBench(name: string, measure: () => Promise<number>): Promise<void> {
  const [busy = 0] = loadavg();
  if (busy > availableParallelism() / 2)
    say(`Note: other programs keep this machine busy (load ${busy.toFixed(1)}); measure again on an idle one.`);
  try {
    const ratio = await measure();
    say(`${name}: ${ratio.toFixed(2)} x`);
  } catch (error) {
    if (!(error instanceof BenchFailure)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}

export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Prints rows under a header; the first column is words, the others are numbers. */
export function printTable(header: readonly string[], rows: readonly (readonly string[])[]): void {
  const all = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...all.map((row) => (row[column] ?? "").length)));
  for (const row of all) {
    const cells = row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)));
    say(cells.join("  "));
  }
}

/** The middle of the values; of an even number, the mean of the middle two. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? NaN;
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? NaN;
  return (lower + upper) / 2;
}

/** The mean that fits ratios. */
export const geometricMean = (ratios: readonly number[]): number =>
  Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);
