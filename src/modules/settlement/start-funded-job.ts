import { requireSystem, type Context } from "@/kernel";
import { addEvent, lockJob } from "@/modules/jobs";
import { heldFor } from "./job-money";
import { startJob } from "./start-job";

/** Task: puts a job on the market once its USDC deposit is booked. Repeating it changes nothing. */
export async function startFundedJob(ctx: Context, input: { jobId: string }): Promise<void> {
  requireSystem(ctx.actor);
  await ctx.database.transaction(async (tx) => {
    const job = await lockJob(tx, input.jobId);
    if (job?.state !== "awaiting_funds") return;
    const held = await heldFor(tx, job);
    if (held < job.limitMicros) return;
    await addEvent(tx, job.id, { type: "funded", amountMicros: String(held) });
    await startJob(ctx, tx, job);
  });
}
