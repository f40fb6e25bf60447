import { requireSystem, type Context } from "@/kernel";
import { lockJob } from "@/modules/jobs";
import { endJob } from "./void-chain";

/** Task: ends a job whose money left its escrow order. What was verified stays paid and kept. Repeating it changes nothing. */
export async function endUnfundedJob(ctx: Context, input: { jobId: string }): Promise<void> {
  requireSystem(ctx.actor);
  await ctx.database.transaction(async (tx) => {
    const job = await lockJob(tx, input.jobId);
    if (job === null || job.endedAt !== null) return;
    const reason = "The payer took the rest of the money out of the escrow order.";
    await endJob(ctx, tx, job, { state: "failed", reason });
  });
}
