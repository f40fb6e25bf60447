import { enqueue, requireSystem, type Context } from "@/kernel";
import { selectUnsettledJobs } from "@/modules/jobs";

/** Settling takes well under a second; what waits for longer has lost its task with the process that ran it. */
const WAITED_MS = 20_000;

/**
 * Task: queues the settlement of every running job that has waited too long for it, so that a task that died, or failed for
 * good, never leaves a job standing still. Settling again what is settled changes nothing.
 */
export async function resumeSettlement(ctx: Context): Promise<number> {
  requireSystem(ctx.actor);
  const before = new Date(ctx.clock.now().getTime() - WAITED_MS);
  const jobIds = await selectUnsettledJobs(ctx.database.reader, before);
  await ctx.database.transaction(async (tx) => {
    for (const jobId of jobIds) await enqueue(tx, "settle-job", { jobId }, `settle:${jobId}`);
  });
  return jobIds.length;
}
