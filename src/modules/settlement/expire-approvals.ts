import { record, requireSystem, type Context } from "@/kernel";
import { lockJob } from "@/modules/jobs";
import { overdueRequests } from "@/modules/spending";
import { endJob } from "./void-chain";

/** Task: ends every job whose request nobody decided on in time. Returns how many there were. */
export async function expireApprovals(ctx: Context): Promise<number> {
  requireSystem(ctx.actor);
  const overdue = await overdueRequests(ctx, ctx.database.reader);
  for (const jobId of overdue)
    await ctx.database.transaction(async (tx) => {
      const job = await lockJob(tx, jobId);
      if (job?.state !== "awaiting_approval") return;
      const reason = "Nobody decided on the request in time. Post the job again if it is still wanted.";
      await endJob(ctx, tx, job, { state: "cancelled", reason, request: "expired" });
      await record(tx, ctx.actor, {
        action: "settlement.approval-expired",
        target: jobId,
        organisationId: job.organisationId,
        details: {
          name: job.name,
          rail: job.rail,
          limitMicros: String(job.limitMicros),
          before: { state: "waiting" },
          after: { state: "expired" },
        },
      });
    });
  return overdue.length;
}
