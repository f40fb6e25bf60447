import { NotFound, record, requireRole, type Context } from "@/kernel";
import { JobEnded, JobInput, lockJob } from "@/modules/jobs";
import { endJob } from "./void-chain";

/** Stops a job: what is verified stays paid and kept, everything else is void and its money returns. */
export async function cancelJob(ctx: Context, input: JobInput): Promise<void> {
  const actor = requireRole(ctx.actor, "engineer");
  const { jobId } = JobInput.parse(input);
  await ctx.database.transaction(async (tx) => {
    const job = await lockJob(tx, jobId);
    if (job === null || job.organisationId !== actor.organisationId) throw new NotFound("job", jobId);
    if (job.endedAt !== null) throw new JobEnded(`This job is already ${job.state}.`);
    await endJob(ctx, tx, job, { state: "cancelled", reason: "Cancelled by the buyer." });
    await record(tx, actor, { action: "settlement.job-cancelled", target: jobId });
  });
}
