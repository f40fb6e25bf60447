import { assert, requireSystem, type Context } from "@/kernel";
import { lockJob } from "@/modules/jobs";
import { listHoldsOfLot } from "@/modules/ledger";
import { lockDisputeDebt, recoverDispute } from "@/modules/payments";
import { endJob } from "./void-chain";

/**
 * Task: where a disputed payment's lot does not cover the dispute, ends the jobs that its money is held for, youngest first,
 * and takes what comes back. Verified segments stay paid: their providers did the work.
 */
export async function recoverFromHolds(ctx: Context, input: { disputeId: string }): Promise<void> {
  requireSystem(ctx.actor);
  for (;;) {
    const more = await ctx.database.transaction(async (tx) => {
      const debt = await lockDisputeDebt(tx, input.disputeId);
      if (debt === null) return false;
      const [jobId] = await listHoldsOfLot(tx, debt.organisationId, debt.depositId);
      if (jobId === undefined) return false;
      const job = await lockJob(tx, jobId);
      assert(job !== null, "a hold is for a job");
      await endJob(ctx, tx, job, {
        state: "failed",
        reason: "The payment behind this job was disputed by the payer's bank. Verified segments are kept and paid.",
      });
      await recoverDispute(ctx, tx, input.disputeId, `job:${jobId}`);
      return true;
    });
    if (!more) return;
  }
}
