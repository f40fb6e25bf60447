import { assetOfRail, requireMember, type Asset, type Context } from "@/kernel";
import { jobEvaluation } from "./evaluation";
import { ListJobsInput } from "./inputs";
import { selectJobs, type JobRecord } from "./store/jobs";
import { selectProgress } from "./store/segments";

const PAGE = 50;

export interface JobRow {
  readonly id: string;
  readonly name: string;
  readonly template: string;
  readonly state: JobRecord["state"];
  readonly createdAt: Date;
  readonly segmentCount: number;
  readonly verifiedSegments: number;
  readonly latestLoss: number | null;
  readonly latestAccuracy: number | null;
  readonly asset: Asset;
  readonly limitMicros: bigint;
}

/** The organisation's jobs, newest first, a page of 50 before `before`. */
export async function listJobs(ctx: Context, input: ListJobsInput): Promise<JobRow[]> {
  const { organisationId } = requireMember(ctx.actor);
  const { before, state } = ListJobsInput.parse(input);
  const query = { organisationId, limit: PAGE, ...(state && { state }), ...(before && { before }) };
  const jobs = await selectJobs(ctx.database.reader, query);
  const progress = new Map(
    (
      await selectProgress(
        ctx.database.reader,
        jobs.map((job) => job.id),
      )
    ).map((row) => [row.jobId, row]),
  );
  return jobs.map((job) => {
    const row = progress.get(job.id);
    const latest = jobEvaluation(job, row?.evaluation ?? null);
    return {
      id: job.id,
      name: job.name,
      template: job.template,
      state: job.state,
      createdAt: job.createdAt,
      segmentCount: job.segmentCount,
      verifiedSegments: row?.verified ?? 0,
      latestLoss: latest?.loss ?? null,
      latestAccuracy: latest?.accuracy ?? null,
      asset: assetOfRail(job.rail),
      limitMicros: job.limitMicros,
    };
  });
}
