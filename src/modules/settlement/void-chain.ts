import type { Context, Tx } from "@/kernel";
import { micros } from "@/kernel";
import {
  addEvent,
  endLease,
  owedMicros,
  releaseLeasesOf,
  updateJob,
  voidSegmentsFrom,
  type JobRecord,
} from "@/modules/jobs";
import { closeOrder, reopenOrder } from "@/modules/market";
import { endRequest } from "@/modules/spending";
import { voidAudits } from "@/modules/verification";
import { heldFor, postedFor, returnHold } from "./job-money";

/** Attempts at one segment before the job is given up. */
export const ATTEMPTS_MAX = 6;

/** Voids the chain from an index on, with its audits and leases: the next lease starts from the last good state. */
export async function voidChainFrom(tx: Tx, jobId: string, index: number, reason: string): Promise<void> {
  const voided = await voidSegmentsFrom(tx, jobId, index, reason);
  const ids = voided.map((segment) => segment.id);
  await voidAudits(tx, ids);
  await releaseLeasesOf(tx, ids, reason);
  for (const segment of voided) await addEvent(tx, jobId, { type: "voided", index: segment.index, reason });
}

/** Ends the job's match and puts the rest of its order back on the market, with the money that is still held for it. */
export async function putBackOnMarket(
  tx: Tx,
  job: JobRecord,
  r: { reason: string; machineName: string; excludeMachineId?: string; remainingSegments: number },
): Promise<void> {
  await reopenOrder(tx, {
    jobId: job.id,
    reason: r.reason,
    remainingSegments: r.remainingSegments,
    remainingMicros: micros((await spendable(tx, job)) - (await owedMicros(tx, job.id))),
    ...(r.excludeMachineId === undefined ? {} : { excludeMachineId: r.excludeMachineId }),
  });
  await addEvent(tx, job.id, { type: "released", machine: r.machineName, reason: r.reason });
}

/** What the job may still cost: no more than is held, and never above its limit, whatever was paid in on top of it. */
async function spendable(tx: Tx, job: JobRecord): Promise<bigint> {
  const held = await heldFor(tx, job);
  const left = job.limitMicros - (await postedFor(tx, job));
  return held < left ? held : left;
}

/** Ends a job without completing it: unverified work is void, the rest of the hold returns to the buyer. */
export async function endJob(
  ctx: Context,
  tx: Tx,
  job: JobRecord,
  end: { state: "cancelled" | "failed"; reason: string; request?: "expired" },
): Promise<void> {
  await voidChainFrom(tx, job.id, 0, end.reason);
  const returned = String(await returnHold(tx, job));
  const usedMicros = await postedFor(tx, job);
  await endRequest(ctx, tx, { jobId: job.id, usedMicros, waiting: end.request ?? "withdrawn" });
  await closeOrder(tx, { jobId: job.id, state: "cancelled", reason: end.reason });
  await updateJob(tx, job.id, { state: end.state, endReason: end.reason, endedAt: ctx.clock.now() });
  if (end.state === "cancelled")
    await addEvent(tx, job.id, { type: "cancelled", reason: end.reason, returnedMicros: returned });
  else await addEvent(tx, job.id, { type: "failed", reason: end.reason, returnedMicros: returned });
}

/** Ends a lease of a machine and voids the attempt it was for. */
export async function abandonAttempt(
  tx: Tx,
  lease: { id: string; jobId: string },
  index: number,
  state: "expired" | "released",
  reason: string,
) {
  await endLease(tx, lease.id, state, reason);
  await voidChainFrom(tx, lease.jobId, index, reason);
}
