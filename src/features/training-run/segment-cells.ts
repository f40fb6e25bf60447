import { duration, lossText, percent } from "@/ui/format";
import type { SegmentCell, SegmentLook } from "@/ui/segment-strip";
import type { Job, LiveSegment, Segment } from "./types";

/** How a segment's current attempt looks: solid only once it is verified. */
export function lookOf(segment: Segment | undefined): SegmentLook {
  if (segment === undefined || segment.state === "void") return "pending";
  if (segment.state !== "verified") return segment.state;
  return segment.audits.some((audit) => audit.state === "agreed") ? "audited" : "verified";
}

/** The strip of a job: one cell for every segment, from its one attempt that is not void. */
export function segmentCells(job: Job, live: LiveSegment | null): SegmentCell[] {
  return Array.from({ length: job.segmentCount }, (_, index) => {
    const attempts = job.segments.filter((segment) => segment.index === index);
    const current = attempts.find((segment) => segment.state !== "void");
    const stepsDone = live?.index === index ? live.stepsDone : (current?.stepsDone ?? 0);
    return {
      index,
      look: lookOf(current),
      voids: attempts.filter((segment) => segment.state === "void").length,
      progress: Math.min(1, stepsDone / job.stepsPerSegment),
      detail: detailOf(job, current, stepsDone),
    };
  });
}

function detailOf(job: Job, segment: Segment | undefined, stepsDone: number): string {
  const from = job.stepsPerSegment;
  if (segment === undefined) return `${from} steps, not started.`;
  if (segment.state === "leased") return `${segment.machineName}: ${stepsDone} of ${job.stepsPerSegment} steps.`;
  const took = segment.trainMs === null ? "" : ` in ${duration(segment.trainMs)}`;
  const { evaluation } = segment;
  const outcome =
    evaluation === null
      ? ""
      : ` Held-out loss ${lossText(evaluation.loss)}${evaluation.accuracy === null ? "" : `, accuracy ${percent(evaluation.accuracy)}`}.`;
  return `${segment.machineName}${took}.${outcome} ${auditWords(segment)}`;
}

/** What the audits of a segment have come to, in one short sentence. */
export function auditWords(segment: Segment): string {
  const { audits } = segment;
  if (audits.some((audit) => audit.state === "disagreed")) return "An audit disagreed.";
  const agreed = audits.filter((audit) => audit.state === "agreed").length;
  if (agreed > 0) return agreed === 1 ? "One audit agreed." : `${agreed} audits agreed.`;
  if (audits.some((audit) => audit.state === "leased")) return "Being audited.";
  if (audits.some((audit) => audit.state === "open")) return "Waiting for an auditor.";
  return segment.drawn === false ? "Not drawn for an audit." : "";
}
