import { entryId } from "../entry-id";
import { NO_LABELS, type JobLabels } from "../labels";
import type { LineDraft } from "./build-section";
import type { DocumentAsset } from "./snapshot";
import type { Words } from "./words";

/** One verified segment as the ledger moved money for it, with its proof. */
export interface SegmentCharge {
  readonly transferId: bigint;
  readonly accountId: string;
  readonly asset: DocumentAsset;
  readonly amountMicros: bigint;
  readonly jobId: string;
  readonly jobName: string;
  readonly index: number;
  readonly commitment: string;
  readonly counterparty: string;
}

/**
 * Lines of a document, one per job and unbroken range of its segments at one price from one counterparty, with the range's
 * first and last commitment. Charges come in any order.
 */
export function segmentLines(
  charges: readonly SegmentCharge[],
  labels: ReadonlyMap<string, JobLabels>,
  words: Words,
): LineDraft[] {
  const sorted = [...charges].sort((a, b) => compare(a.jobId, b.jobId) || a.index - b.index);
  const ranges: [SegmentCharge, ...SegmentCharge[]][] = [];
  for (const charge of sorted) {
    const range = ranges.at(-1);
    const before = range?.at(-1);
    if (range !== undefined && before !== undefined && continues(before, charge)) range.push(charge);
    else ranges.push([charge]);
  }
  return ranges.map((range) => {
    const [first] = range;
    const last = range.at(-1) ?? first;
    const span = first.index === last.index ? `${first.index + 1}` : `${first.index + 1}–${last.index + 1}`;
    return {
      description: `${words.segments} ${span}`,
      jobId: first.jobId,
      jobName: first.jobName,
      counterparty: first.counterparty,
      labels: plainLabels(labels.get(first.jobId) ?? NO_LABELS),
      evidence: {
        firstIndex: first.index,
        lastIndex: last.index,
        firstCommitment: first.commitment,
        lastCommitment: last.commitment,
      },
      quantity: range.length,
      unit: "segment",
      amountMicros: range.reduce((sum, charge) => sum + charge.amountMicros, 0n),
      entryIds: range.map(entryId),
    };
  });
}

function continues(before: SegmentCharge, next: SegmentCharge): boolean {
  return (
    before.jobId === next.jobId &&
    before.index + 1 === next.index &&
    before.amountMicros === next.amountMicros &&
    before.counterparty === next.counterparty
  );
}

function plainLabels(labels: JobLabels) {
  return { ...labels, tags: { ...labels.tags } };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
