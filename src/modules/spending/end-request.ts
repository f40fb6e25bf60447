import type { Context, Tx } from "@/kernel";
import { lockRequest, selectOverdue, updateRequest } from "./store";

const OVERDUE_MAX = 100;

/**
 * Settles a job's request when the job ends: what it committed and did not use no longer counts, a request that still
 * waits is withdrawn or has expired. Idempotent: an ended request stays as it is.
 */
export async function endRequest(
  ctx: Context,
  tx: Tx,
  end: { readonly jobId: string; readonly usedMicros: bigint; readonly waiting: "withdrawn" | "expired" },
): Promise<void> {
  const request = await lockRequest(tx, end.jobId);
  if (request?.state === "waiting")
    await updateRequest(tx, end.jobId, { state: end.waiting, decidedAt: ctx.clock.now() });
  if (request?.state === "committed")
    await updateRequest(tx, end.jobId, { state: "released", releasedMicros: request.amountMicros - end.usedMicros });
}

/** Jobs whose request nobody decided on in time, the longest overdue first. */
export async function overdueRequests(ctx: Context, tx: Tx): Promise<string[]> {
  return selectOverdue(tx, ctx.clock.now(), OVERDUE_MAX);
}
