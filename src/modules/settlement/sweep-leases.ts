import { assert, enqueue, requireSystem, type Context, type Tx } from "@/kernel";
import { machineFacts, machineWentSilent } from "@/modules/identity";
import { countFailures, endLease, findSegment, lockExpiredLeases, lockJob, type LeaseRow } from "@/modules/jobs";
import { lostMatches } from "@/modules/market";
import { reopenAudit } from "@/modules/verification";
import { abandonAttempt, ATTEMPTS_MAX, endJob, putBackOnMarket } from "./void-chain";
import { chainIndex } from "./chain-index";

const SWEEP_MAX = 100;

/** Task: takes work back from machines that went silent, and puts it where a live machine finds it. */
export async function sweepLeases(ctx: Context): Promise<number> {
  requireSystem(ctx.actor);
  const expired = await ctx.database.transaction((tx) => lockExpiredLeases(tx, SWEEP_MAX));
  for (const lease of expired) await ctx.database.transaction((tx) => takeBack(ctx, tx, lease));
  const lost = await lostMatches(ctx.database.reader);
  for (const match of lost) await ctx.database.transaction((tx) => releaseMatch(tx, match));
  return expired.length + lost.length;
}

async function takeBack(ctx: Context, tx: Tx, lease: LeaseRow): Promise<void> {
  const job = await lockJob(tx, lease.jobId);
  const [still] = (await lockExpiredLeases(tx, SWEEP_MAX)).filter((row) => row.id === lease.id);
  const segment = await findSegment(tx, lease.segmentId);
  if (still === undefined || job === null || segment === null) return;
  await machineWentSilent(tx, lease.machineId);
  if (lease.auditId !== null) {
    await endLease(tx, lease.id, "expired", "silent");
    await reopenAudit(tx, lease.auditId);
    return;
  }
  await abandonAttempt(tx, lease, segment.index, "expired", "silent: the machine stopped answering");
  if ((await countFailures(tx, { jobId: job.id, index: segment.index })) >= ATTEMPTS_MAX)
    return endJob(ctx, tx, job, {
      state: "failed",
      reason: `Segment ${segment.index} was abandoned ${ATTEMPTS_MAX} times.`,
    });
  const machine = (await machineFacts(tx, [lease.machineId])).get(lease.machineId);
  assert(machine !== undefined, "a lease names an existing machine");
  await putBackOnMarket(tx, job, {
    reason: "The machine stopped answering.",
    machineName: machine.name,
    remainingSegments: job.segmentCount - segment.index,
  });
  await enqueue(tx, "run-market", {}, "run-market");
}

async function releaseMatch(tx: Tx, match: { jobId: string; machineName: string; silent: boolean }): Promise<void> {
  const job = await lockJob(tx, match.jobId);
  if (job === null || (job.state !== "open" && job.state !== "running")) return;
  await putBackOnMarket(tx, job, {
    reason: match.silent ? "The machine went offline." : "The machine no longer runs jobs of this engine.",
    machineName: match.machineName,
    remainingSegments: job.segmentCount - (await chainIndex(tx, job.id)),
  });
}
