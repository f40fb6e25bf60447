import type { Tx } from "@/kernel";
import { insertEvent, latestEvent } from "./store/events";

/** Everything that can happen to a job, as its log and live stream tell it. Money is micro-dollars as decimal text. */
export type JobHappening =
  | { type: "posted"; name: string; limitMicros: string; segments: number }
  | { type: "approval-asked"; reason: string; approvals: number }
  | { type: "approved"; by: string; comment: string; missing: number }
  | { type: "declined"; by: string; comment: string }
  | { type: "funded"; amountMicros: string }
  | { type: "unmatched"; explanation: string }
  | { type: "matched"; machine: string; organisation: string; pricePerSegmentMicros: string; explanation: string }
  | { type: "leased"; index: number; attempt: number; machine: string }
  | { type: "committed"; index: number; commitment: string; loss: number; accuracy: number | null; machine: string }
  | { type: "drawn"; index: number; probability: number }
  | { type: "audited"; index: number; agrees: boolean; organisation: string; cause: string }
  | { type: "verified"; index: number; audited: boolean }
  | { type: "paid"; index: number; priceMicros: string; totalMicros: string }
  | { type: "voided"; index: number; reason: string }
  | { type: "released"; machine: string; reason: string }
  | { type: "completed"; postedMicros: string; returnedMicros: string; accuracy: number | null }
  | { type: "cancelled"; reason?: string; returnedMicros: string }
  | { type: "failed"; reason: string; returnedMicros: string };

/** Adds to a job's log, inside the transaction that made it happen. */
export async function addEvent(tx: Tx, jobId: string, happening: JobHappening): Promise<void> {
  const { type, ...data } = happening;
  await insertEvent(tx, jobId, type, data);
}

/** Tells once why an order did not trade: not again while the explanation stays the same. */
export async function addUnmatched(tx: Tx, jobId: string, explanation: string): Promise<void> {
  const last = await latestEvent(tx, jobId);
  const data = (last?.data ?? {}) as { explanation?: unknown };
  if (last?.type === "unmatched" && data.explanation === explanation) return;
  await addEvent(tx, jobId, { type: "unmatched", explanation });
}
