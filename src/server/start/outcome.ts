import { formatUsd } from "@/kernel";
import type { JobView } from "@/modules/settlement";
import type { DeliveredFiles } from "./deliver";

/** Seconds from posting to the first verified segment; null when none was. */
export function firstVerifiedS(job: JobView): number | null {
  return job.firstVerifiedAt === null ? null : (job.firstVerifiedAt.getTime() - job.createdAt.getTime()) / 1000;
}

/** Why a job does not count as done; null when every segment is verified and paid and the books of the job are closed. */
export function shortcoming(job: JobView): string | null {
  if (job.state !== "completed")
    return `The sample job is ${job.state}${job.endReason === null ? "" : `: ${job.endReason}`}.`;
  if (job.counts.verified !== job.counts.total)
    return `Only ${job.counts.verified} of ${job.counts.total} segments of the sample job are verified.`;
  const unpaid = job.segments.filter((segment) => segment.state === "verified" && segment.paidAt === null).length;
  if (unpaid > 0) return `${unpaid} verified segments of the sample job are not paid.`;
  if (job.money.heldMicros !== 0n) return `${formatUsd(job.money.heldMicros)} of the sample job is still held.`;
  return job.deliverables.length === 3 ? null : "The sample job lacks a file.";
}

/** What a finished job came to, for people. */
export function outcomeLines(job: JobView, files: DeliveredFiles, url: string): string[] {
  const verified = firstVerifiedS(job);
  return [
    `${job.name}: ${scoreOf(job)}, paid ${formatUsd(job.money.postedMicros)}, ${formatUsd(job.money.returnedMicros)} of the hold returned`,
    `  segments    ${job.counts.verified} verified, ${job.counts.audited} of them audited by another organisation`,
    `  first one   verified ${verified === null ? "–" : verified.toFixed(1)} s after posting`,
    `  model       ${files.model}`,
    `  checkpoint  ${files.checkpoint}`,
    `  receipt     ${files.receipt}`,
    `  page        ${url}`,
  ];
}

/** The last line of `npm start -- --once`, for scripts. */
export function resultLine(job: JobView, files: DeliveredFiles): string {
  const seconds = firstVerifiedS(job)?.toFixed(1) ?? "–";
  return `sample job: ${scoreOf(job)}, first verified segment ${seconds} s, paid ${formatUsd(job.money.postedMicros)}, receipt ${files.receipt}`;
}

function scoreOf(job: JobView): string {
  if (job.latest === null) return "no result";
  const { accuracy, loss } = job.latest;
  return accuracy === null ? `loss ${loss.toFixed(4)}` : `accuracy ${accuracy.toFixed(4)}`;
}
