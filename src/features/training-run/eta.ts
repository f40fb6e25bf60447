import type { Job, LiveSegment } from "./types";

/** Newest commitments that the pace is taken from: recent enough to follow a change of machine, enough not to jump. */
const PACE_COMMITS = 6;

interface QuotedEta {
  readonly etaSeconds?: unknown;
}

/**
 * Milliseconds until the last segment is committed, from the pace of the newest commitments (training, evaluation, upload
 * and waiting alike); before two of them exist, from the quote. Null when the job does not move.
 */
export function etaMs(job: Job, live: LiveSegment | null): number | null {
  if (job.state !== "running" && job.state !== "open") return null;
  const committed = job.segments.filter(
    (s) => (s.state === "committed" || s.state === "verified") && s.committedAt !== null,
  );
  const within = live === null ? 0 : live.stepsDone / job.stepsPerSegment;
  const left = job.segmentCount - committed.length - within;
  const perSegment = paceMs(committed.map((s) => s.committedAt?.getTime() ?? 0)) ?? quotedMs(job);
  return perSegment === null ? null : Math.max(0, left) * perSegment;
}

function paceMs(commitTimesMs: readonly number[]): number | null {
  const newest = [...commitTimesMs].sort((a, b) => a - b).slice(-PACE_COMMITS);
  const [first, last] = [newest[0], newest.at(-1)];
  if (newest.length < 2 || first === undefined || last === undefined) return null;
  return (last - first) / (newest.length - 1);
}

function quotedMs(job: Job): number | null {
  const quoted = (job.quote as QuotedEta | null)?.etaSeconds;
  return typeof quoted === "number" ? (quoted * 1000) / job.segmentCount : null;
}
