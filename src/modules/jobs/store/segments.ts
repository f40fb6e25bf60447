import type { Tx } from "@/kernel";
import { sqlOf, type Prisma } from "@/kernel/db/client";

/** The attempts that count (not void), in chain order. */
export async function selectLiveSegments(tx: Tx, jobId: string) {
  return sqlOf(tx).segment.findMany({ where: { jobId, state: { not: "void" } }, orderBy: { index: "asc" } });
}
export type SegmentRecord = Awaited<ReturnType<typeof selectLiveSegments>>[number];

/** Every attempt, void ones too, without the losses. */
export async function selectAllSegments(tx: Tx, jobId: string) {
  return sqlOf(tx).segment.findMany({
    where: { jobId },
    orderBy: [{ index: "asc" }, { attempt: "asc" }],
    omit: { losses: true },
  });
}

export async function findSegment(tx: Tx, id: string) {
  return sqlOf(tx).segment.findUnique({ where: { id } });
}

/** Where the chain ends: the live attempt of highest index, and how many live ones wait for verification. */
export async function chainTip(tx: Tx, jobId: string) {
  const tip = await sqlOf(tx).segment.findFirst({
    where: { jobId, state: { not: "void" } },
    orderBy: { index: "desc" },
    omit: { losses: true },
  });
  const unverified = await sqlOf(tx).segment.count({ where: { jobId, state: "committed" } });
  return { tip, unverified };
}

export async function nextAttempt(tx: Tx, jobId: string, index: number): Promise<number> {
  return sqlOf(tx).segment.count({ where: { jobId, index } });
}

/** How often a machine's attempts at a job ended without a commitment. */
export async function countFailures(
  tx: Tx,
  where: { jobId: string; machineId?: string; index?: number; reason?: string },
) {
  const { reason, ...rest } = where;
  return sqlOf(tx).segment.count({
    where: { ...rest, state: "void", ...(reason === undefined ? {} : { voidReason: { startsWith: reason } }) },
  });
}

export async function insertSegment(tx: Tx, data: Prisma.SegmentUncheckedCreateInput): Promise<void> {
  await sqlOf(tx).segment.create({ data });
}

export async function updateSegment(tx: Tx, id: string, data: Prisma.SegmentUncheckedUpdateInput): Promise<void> {
  await sqlOf(tx).segment.update({ where: { id }, data });
}

/** Voids the live attempts from an index on; returns them. */
export async function voidSegmentsFrom(
  tx: Tx,
  jobId: string,
  index: number,
  reason: string,
): Promise<{ id: string; index: number }[]> {
  return sqlOf(tx).$queryRaw<{ id: string; index: number }[]>`
    UPDATE segment SET state = 'void', "voidReason" = ${reason}
    WHERE "jobId" = ${jobId} AND "index" >= ${index} AND state IN ('leased', 'committed')
    RETURNING id, "index"`;
}

/** Losses and evaluations in chain order, for the curve. */
export async function selectLosses(tx: Tx, jobId: string) {
  return sqlOf(tx).segment.findMany({
    where: { jobId, state: { in: ["committed", "verified"] } },
    orderBy: { index: "asc" },
    select: { index: true, state: true, losses: true, evaluation: true },
  });
}

/** Per job: verified segments and the newest evaluation, for the jobs page. */
export async function selectProgress(tx: Tx, jobIds: readonly string[]) {
  if (jobIds.length === 0) return [];
  return sqlOf(tx).$queryRaw<{ jobId: string; verified: number; evaluation: Uint8Array | null }[]>`
    SELECT s."jobId", count(*) FILTER (WHERE s.state = 'verified')::int AS verified,
      (array_agg(s.evaluation ORDER BY s."index" DESC) FILTER (WHERE s.evaluation IS NOT NULL))[1] AS evaluation
    FROM segment s WHERE s."jobId" = ANY(${[...jobIds]}) AND s.state <> 'void' GROUP BY s."jobId"`;
}

/** What is committed and not yet paid: money of the hold that is spoken for. */
export async function owedMicros(tx: Tx, jobId: string): Promise<bigint> {
  const { _sum } = await sqlOf(tx).segment.aggregate({
    where: { jobId, state: { in: ["committed", "verified"] }, paidAt: null },
    _sum: { priceMicros: true },
  });
  return _sum.priceMicros ?? 0n;
}

/** Running jobs in which nothing has been settled since before a moment although something could be. */
export async function selectUnsettledJobs(tx: Tx, before: Date): Promise<string[]> {
  const rows = await sqlOf(tx).$queryRaw<{ id: string }[]>`
    SELECT j.id FROM job j WHERE j.state = 'running' AND (
      EXISTS (SELECT 1 FROM segment s WHERE s."jobId" = j.id AND s.state = 'committed' AND s."committedAt" < ${before}
        AND NOT EXISTS (SELECT 1 FROM audit a WHERE a."segmentId" = s.id AND a.state IN ('open', 'leased')))
      OR (SELECT count(*) FILTER (WHERE s.state = 'verified' AND s."verifiedAt" < ${before}) FROM segment s
        WHERE s."jobId" = j.id) = j."segmentCount")
    ORDER BY j.id LIMIT 100`;
  return rows.map((row) => row.id);
}

/** An organisation's jobs since a moment that have verified work, oldest first, each with its latest verified commitment. */
export async function selectVerifiedWork(tx: Tx, organisationId: string, since: Date, limit: number) {
  return sqlOf(tx).$queryRaw<
    {
      jobId: string;
      name: string;
      specHash: string;
      createdAt: Date;
      segmentCount: number;
      verified: number;
      lastVerifiedAt: Date;
      paidMicros: bigint;
      commitment: string | null;
    }[]
  >`
    SELECT j.id AS "jobId", j.name, j."specHash", j."createdAt", j."segmentCount", count(*)::int AS verified,
      max(s."verifiedAt") AS "lastVerifiedAt", sum(s."priceMicros")::bigint AS "paidMicros",
      (array_agg(s.commitment ORDER BY s.index DESC))[1] AS commitment
    FROM job j JOIN segment s ON s."jobId" = j.id AND s.state = 'verified'
    WHERE j."organisationId" = ${organisationId} AND j."createdAt" >= ${since}
    GROUP BY j.id ORDER BY j."createdAt" LIMIT ${limit}`;
}
