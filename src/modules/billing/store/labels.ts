import type { Tx } from "@/kernel";
import { sqlOf, Prisma } from "@/kernel/db/client";
import type { JobLabels } from "../labels";

/** What a buyer said of a job (`j.id`), as one row `l`; the one place that knows where such words are kept. */
export const JOB_LABELS: Prisma.Sql = Prisma.sql`
  LEFT JOIN LATERAL (
    SELECT p.name AS project, r."costCentre", r."poNumber" AS "purchaseOrder", coalesce(r.tags, '{}') AS tags
    FROM (VALUES (j.id)) AS posted(id) LEFT JOIN spending_request r ON r."jobId" = posted.id
    LEFT JOIN project p ON p.id = r."projectId") l ON true`;

/** The labels of jobs, by job. */
export async function selectLabels(tx: Tx, jobIds: readonly string[]): Promise<Map<string, JobLabels>> {
  if (jobIds.length === 0) return new Map();
  const rows = await sqlOf(tx).$queryRaw<(JobLabels & { jobId: string })[]>`
    SELECT j.id AS "jobId", l.project, l."costCentre", l."purchaseOrder", l.tags
    FROM job j ${JOB_LABELS} WHERE j.id = ANY(${[...jobIds]})`;
  return new Map(rows.map(({ jobId, ...labels }) => [jobId, labels]));
}
