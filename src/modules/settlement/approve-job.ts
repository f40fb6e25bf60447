import { NotFound, record, requireRole, type Context } from "@/kernel";
import { addEvent, lockJob } from "@/modules/jobs";
import { approveRequest } from "@/modules/spending";
import { ApproveJobInput } from "./inputs";
import { passApproval } from "./pass-approval";

/**
 * Adds the actor's consent to a job that waits for approval. The last consent that is needed reserves the money and puts
 * the job on the market, all in one transaction: if budget, order or balance no longer allow it, nothing changes.
 */
export async function approveJob(ctx: Context, input: ApproveJobInput): Promise<{ missing: number }> {
  const actor = requireRole(ctx.actor, "finance");
  const { jobId, comment } = ApproveJobInput.parse(input);
  return ctx.database.transaction(async (tx) => {
    const job = await lockJob(tx, jobId);
    if (job === null || job.organisationId !== actor.organisationId) throw new NotFound("job", jobId);
    const outcome = await approveRequest(ctx, tx, actor, { jobId, comment });
    const { missing, by } = outcome;
    await addEvent(tx, jobId, { type: "approved", by, comment, missing });
    if (outcome.state === "committed") await passApproval(ctx, tx, job);
    await record(tx, actor, {
      action: "settlement.job-approved",
      target: jobId,
      details: {
        name: job.name,
        rail: job.rail,
        limitMicros: String(job.limitMicros),
        comment,
        before: { state: "waiting" },
        after: { state: outcome.state, missing },
      },
    });
    return { missing };
  });
}
