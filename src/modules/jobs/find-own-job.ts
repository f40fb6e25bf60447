import { NotFound, requireMember, type Context } from "@/kernel";
import { findJob, type JobRecord } from "./store/jobs";

/** The actor's own job; throws NotFound for a missing one and for anybody else's alike. */
export async function findOwnJob(ctx: Context, jobId: string): Promise<JobRecord> {
  const { organisationId } = requireMember(ctx.actor);
  const job = await findJob(ctx.database.reader, jobId, organisationId);
  if (job === null) throw new NotFound("job", jobId);
  return job;
}
