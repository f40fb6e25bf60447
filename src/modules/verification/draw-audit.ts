import { auditProbability } from "@trainyard/protocol";

/** Audits every job gets at least. */
export const AUDITS_PER_JOB_MIN = 3;
const PPM = 1_000_000;

/**
 * Probability that a segment is audited, quantised to parts per million as receipts state it: by the machine's record,
 * but certain for a job's last segment and wherever the job would otherwise end with fewer than three audits.
 */
export function segmentDrawProbability(s: {
  validSegments: number;
  index: number;
  segmentCount: number;
  auditsSoFar: number;
}): number {
  const remaining = s.segmentCount - s.index;
  if (remaining === 1 || AUDITS_PER_JOB_MIN - s.auditsSoFar >= remaining) return 1;
  return Math.round(auditProbability(s.validSegments) * PPM) / PPM;
}
