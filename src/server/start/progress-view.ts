import { formatUsd } from "@/kernel";
import type { JobLive } from "@/modules/jobs";
import type { JobView } from "@/modules/settlement";

const BAR_CELLS = 40;
const SPARK = "▁▂▃▄▅▆▇█";

/** What the terminal shows of a job: `block` for a terminal, `summary` as the one-line form. */
export interface ProgressView {
  readonly block: readonly string[];
  readonly summary: string;
}

/** Draws a job's state. `elapsedS` counts since it was posted; `losses` are the loss curve so far, for a small chart. */
export function progressView(
  job: JobView,
  live: JobLive["live"],
  options: { elapsedS: number; losses: readonly number[]; url: string },
): ProgressView {
  const steps = stepsDone(job, live);
  const { committed, audited, verified, total } = job.counts;
  const accuracy = job.latest?.accuracy ?? null;
  const loss = live?.losses.at(-1) ?? job.latest?.loss ?? null;
  const stage = stageOf(job, live);
  const percent = Math.floor((100 * steps) / job.totalSteps);
  const facts = [
    `loss ${loss === null ? "–" : loss.toFixed(4)}`,
    `held-out accuracy ${accuracy === null ? "–" : accuracy.toFixed(4)}`,
    `segments of ${total}: ${committed} committed, ${audited} audited, ${verified} verified`,
    `paid ${formatUsd(job.money.postedMicros)} of ${formatUsd(job.money.limitMicros)} held`,
  ];
  return {
    block: [
      `  ${job.name} · ${stage} · ${formatSeconds(options.elapsedS)}`,
      `  ${bar(steps / job.totalSteps)} ${percent} %  step ${steps} of ${job.totalSteps}`,
      `  loss      ${loss === null ? "–" : loss.toFixed(4)}  ${sparkline(options.losses)}`,
      `  held out  accuracy ${accuracy === null ? "–" : accuracy.toFixed(4)}`,
      `  segments  ${committed} committed, ${audited} audited, ${verified} verified of ${total}`,
      `  money     ${formatUsd(job.money.postedMicros)} paid, ${formatUsd(job.money.heldMicros)} held`,
      `  page      ${options.url}`,
    ],
    summary: [`${formatSeconds(options.elapsedS)} ${stage}`, `${percent} %`, ...facts].join(" | "),
  };
}

/** Steps of segments that are committed, and those the running one has reported. */
function stepsDone(job: JobView, live: JobLive["live"]): number {
  const done = job.counts.committed * job.stepsPerSegment;
  const isNext = live !== null && live.index === job.counts.committed;
  return Math.min(job.totalSteps, done + (isNext ? live.stepsDone : 0));
}

function stageOf(job: JobView, live: JobLive["live"]): string {
  if (job.endedAt !== null) return job.state;
  if (job.state === "open") return "waiting for the next auction";
  if (job.counts.committed === job.counts.total) return "waiting for the last audits";
  return live === null ? "between segments" : `training segment ${live.index + 1} on ${live.machineName}`;
}

function bar(part: number): string {
  const full = Math.round(Math.min(1, Math.max(0, part)) * BAR_CELLS);
  return "█".repeat(full) + "░".repeat(BAR_CELLS - full);
}

/** A row of blocks from the lowest to the highest value, at most as many as the bar has cells. */
export function sparkline(values: readonly number[]): string {
  if (values.length === 0) return "";
  const cells = Math.min(values.length, BAR_CELLS);
  const points = Array.from(
    { length: cells },
    (_, i) => values[Math.floor(((i + 1) * values.length) / cells) - 1] ?? 0,
  );
  const low = Math.min(...points);
  const span = Math.max(...points) - low || 1;
  return points.map((value) => SPARK[Math.round(((value - low) / span) * (SPARK.length - 1))]).join("");
}

export function formatSeconds(seconds: number): string {
  return seconds < 100 ? `${seconds.toFixed(1)} s` : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}
