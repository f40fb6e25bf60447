import { NotFound, record, requireRole, type Context } from "@/kernel";
import { addEvent, lockJob } from "@/modules/jobs";
import { declineRequest } from "@/modules/spending";
import { DeclineJobInput } from "./inputs";
import { endJob } from "./void-chain";

/** Ends a job that waits for approval with a reason. Nothing was held for it, so nothing returns. */
export async function declineJob(ctx: Context, input: DeclineJobInput): Promise<void> {
  const actor = requireRole(ctx.actor, "finance");
  const { jobId, comment } = DeclineJobInput.parse(input);
  await ctx.database.transaction(async (tx) => {
    const job = await lockJob(tx, jobId);
    if (job === null || job.organisationId !== actor.organisationId) throw new NotFound("job", jobId);
    const { by } = await declineRequest(ctx, tx, actor, { jobId, comment });
    await addEvent(tx, jobId, { type: "declined", by, comment });
    await endJob(ctx, tx, job, { state: "cancelled", reason: `${by} declined the request: ${comment}` });
    await record(tx, actor, {
      action: "settlement.job-declined",
      target: jobId,
      details: {
        name: job.name,
        rail: job.rail,
        limitMicros: String(job.limitMicros),
        comment,
        before: { state: "waiting" },
        after: { state: "declined" },
      },
    });
  });
}
