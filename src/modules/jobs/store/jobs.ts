import type { JobSpec } from "@trainyard/protocol";
import type { Tx } from "@/kernel";
import { sqlOf, type Prisma } from "@/kernel/db/client";

export interface NewJob {
  readonly id: string;
  readonly organisationId: string;
  readonly name: string;
  readonly template: string;
  readonly spec: JobSpec;
  readonly specHash: string;
  readonly quote: Prisma.InputJsonObject;
  readonly drawKey: string;
  readonly drawKeyHash: string;
  readonly flopsPerSegment: number;
  readonly limitMicros: bigint;
  readonly datasetId: string;
  readonly idempotencyKey: string;
  readonly requestHash: string;
  readonly rail: "balance" | "usdc";
  readonly state: "awaiting_approval" | "awaiting_funds";
  readonly createdBy: string;
}

export async function insertJob(tx: Tx, job: NewJob): Promise<void> {
  const { segmentCount, stepsPerSegment } = job.spec;
  await sqlOf(tx).job.create({ data: { ...job, segmentCount, stepsPerSegment } });
}

/** Until this transaction ends, another one under the same key waits here. Taken before every other lock. */
export async function lockJobKey(tx: Tx, organisationId: string, idempotencyKey: string): Promise<void> {
  const name = `job-key:${organisationId}:${idempotencyKey}`;
  await sqlOf(tx).$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${name}, 0))`;
}

export async function findJobByKey(tx: Tx, organisationId: string, idempotencyKey: string) {
  return sqlOf(tx).job.findUnique({ where: { organisationId_idempotencyKey: { organisationId, idempotencyKey } } });
}

/** A job of one organisation; null for anybody else's. */
export async function findJob(tx: Tx, id: string, organisationId: string) {
  return sqlOf(tx).job.findFirst({ where: { id, organisationId } });
}

/** Locks the job row: whoever changes a job's chain holds this first, so decisions on a chain are serial. */
export async function lockJob(tx: Tx, id: string) {
  await sqlOf(tx).$queryRaw`SELECT id FROM job WHERE id = ${id} FOR UPDATE`;
  return sqlOf(tx).job.findUnique({ where: { id } });
}

export type JobRecord = NonNullable<Awaited<ReturnType<typeof lockJob>>>;

export async function updateJob(tx: Tx, id: string, data: Prisma.JobUpdateInput): Promise<void> {
  await sqlOf(tx).job.update({ where: { id }, data });
}

export async function selectJobs(
  tx: Tx,
  q: {
    organisationId: string;
    state?: Prisma.JobWhereInput["state"];
    before?: { createdAt: Date; id: string };
    limit: number;
  },
) {
  const { organisationId, state, before, limit } = q;
  return sqlOf(tx).job.findMany({
    where: {
      organisationId,
      ...(state === undefined ? {} : { state }),
      ...(before === undefined
        ? {}
        : { OR: [{ createdAt: { lt: before.createdAt } }, { createdAt: before.createdAt, id: { lt: before.id } }] }),
    },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    take: limit,
  });
}

/** The newest job that carries one of the supervisor's idempotency keys, for `npm start` to go on with. */
export async function findLatestJobWithKeyPrefix(tx: Tx, organisationId: string, prefix: string) {
  return sqlOf(tx).job.findFirst({
    where: { organisationId, idempotencyKey: { startsWith: prefix } },
    orderBy: { createdAt: "desc" },
  });
}
