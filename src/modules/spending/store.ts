import type { Tx } from "@/kernel";
import { sqlOf, type Prisma } from "@/kernel/db/client";

/** Locks an organisation's policy, making it with no limits where it is missing: commitments of an organisation are serial. */
export async function lockPolicy(tx: Tx, organisationId: string) {
  const sql = sqlOf(tx);
  await sql.$executeRaw`INSERT INTO spending_policy ("organisationId") VALUES (${organisationId}) ON CONFLICT DO NOTHING`;
  await sql.$queryRaw`SELECT 1 FROM spending_policy WHERE "organisationId" = ${organisationId} FOR UPDATE`;
  return sql.spendingPolicy.findUniqueOrThrow({ where: { organisationId } });
}

export async function findPolicy(tx: Tx, organisationId: string) {
  return sqlOf(tx).spendingPolicy.findUnique({ where: { organisationId } });
}

export async function updatePolicy(tx: Tx, organisationId: string, data: Prisma.SpendingPolicyUpdateInput) {
  await sqlOf(tx).spendingPolicy.update({ where: { organisationId }, data });
}

export async function findProject(tx: Tx, organisationId: string, id: string) {
  return sqlOf(tx).project.findFirst({
    where: { id, organisationId },
    include: { budgets: { orderBy: { period: "asc" } }, purchaseOrders: { orderBy: { createdAt: "asc" } } },
  });
}
export type ProjectRecord = NonNullable<Awaited<ReturnType<typeof findProject>>>;

export async function findOpenProjectByName(tx: Tx, organisationId: string, name: string) {
  return sqlOf(tx).project.findFirst({
    where: { organisationId, closedAt: null, name: { equals: name, mode: "insensitive" } },
  });
}

export async function selectProjects(tx: Tx, organisationId: string): Promise<ProjectRecord[]> {
  return sqlOf(tx).project.findMany({
    where: { organisationId },
    include: { budgets: { orderBy: { period: "asc" } }, purchaseOrders: { orderBy: { createdAt: "asc" } } },
    orderBy: [{ closedAt: { sort: "asc", nulls: "first" } }, { createdAt: "asc" }],
  });
}

export async function insertProject(tx: Tx, row: Prisma.ProjectUncheckedCreateInput): Promise<void> {
  await sqlOf(tx).project.create({ data: row });
}

export async function updateProjectRow(tx: Tx, id: string, data: Prisma.ProjectUpdateInput): Promise<void> {
  await sqlOf(tx).project.update({ where: { id }, data });
}

export async function upsertBudget(
  tx: Tx,
  row: { projectId: string; period: "month" | "total"; amountMicros: bigint; hardStop: boolean },
): Promise<void> {
  const { projectId, period, ...terms } = row;
  await sqlOf(tx).budget.upsert({ where: { projectId_period: { projectId, period } }, create: row, update: terms });
}

export async function deleteBudget(tx: Tx, projectId: string, period: "month" | "total"): Promise<void> {
  await sqlOf(tx).budget.deleteMany({ where: { projectId, period } });
}

export async function findPurchaseOrder(tx: Tx, organisationId: string, number: string) {
  return sqlOf(tx).purchaseOrder.findUnique({ where: { organisationId_number: { organisationId, number } } });
}

export async function insertPurchaseOrder(tx: Tx, row: Prisma.PurchaseOrderUncheckedCreateInput): Promise<void> {
  await sqlOf(tx).purchaseOrder.create({ data: row });
}

export async function updatePurchaseOrder(tx: Tx, id: string, data: Prisma.PurchaseOrderUpdateInput): Promise<void> {
  await sqlOf(tx).purchaseOrder.update({ where: { id }, data });
}

/** What projects have reserved and posted, in one month and in all. Projects that have nothing are missing. */
export async function sumByProject(tx: Tx, projectIds: readonly string[], month: string) {
  return sqlOf(tx).$queryRaw<{ projectId: string; monthMicros: bigint; totalMicros: bigint }[]>`
    SELECT "projectId", coalesce(sum("amountMicros" - "releasedMicros") FILTER (WHERE month = ${month}), 0)::bigint AS "monthMicros",
      sum("amountMicros" - "releasedMicros")::bigint AS "totalMicros"
    FROM spending_request WHERE "projectId" = ANY(${[...projectIds]}) AND state IN ('committed', 'released') GROUP BY "projectId"`;
}

/** What purchase orders have reserved and posted. Orders that have nothing are missing. */
export async function sumByOrder(tx: Tx, orderIds: readonly string[]) {
  return sqlOf(tx).$queryRaw<{ purchaseOrderId: string; usedMicros: bigint }[]>`
    SELECT "purchaseOrderId", sum("amountMicros" - "releasedMicros")::bigint AS "usedMicros" FROM spending_request
    WHERE "purchaseOrderId" = ANY(${[...orderIds]}) AND state IN ('committed', 'released') GROUP BY "purchaseOrderId"`;
}

/** What one person committed in a month without anybody's consent. */
export async function sumAlone(tx: Tx, organisationId: string, userId: string, month: string): Promise<bigint> {
  const rows = await sqlOf(tx).$queryRaw<{ total: bigint }[]>`
    SELECT coalesce(sum("amountMicros" - "releasedMicros"), 0)::bigint AS total FROM spending_request
    WHERE "requestedBy" = ${userId} AND "organisationId" = ${organisationId} AND month = ${month} AND "expiresAt" IS NULL
      AND state IN ('committed', 'released')`;
  return rows[0]?.total ?? 0n;
}

export async function insertRequest(tx: Tx, row: Prisma.SpendingRequestUncheckedCreateInput): Promise<void> {
  await sqlOf(tx).spendingRequest.create({ data: row });
}

/** Locks a job's request; null for a job that was posted before there were any. */
export async function lockRequest(tx: Tx, jobId: string) {
  await sqlOf(tx).$queryRaw`SELECT 1 FROM spending_request WHERE "jobId" = ${jobId} FOR UPDATE`;
  return sqlOf(tx).spendingRequest.findUnique({ where: { jobId }, include: { decisions: { orderBy: { id: "asc" } } } });
}
export type RequestRecord = NonNullable<Awaited<ReturnType<typeof lockRequest>>>;

export async function findRequest(tx: Tx, organisationId: string, jobId: string): Promise<RequestRecord | null> {
  return sqlOf(tx).spendingRequest.findFirst({
    where: { jobId, organisationId },
    include: { decisions: { orderBy: { id: "asc" } } },
  });
}

export async function updateRequest(tx: Tx, jobId: string, data: Prisma.SpendingRequestUpdateInput): Promise<void> {
  await sqlOf(tx).spendingRequest.update({ where: { jobId }, data });
}

export async function insertDecision(tx: Tx, row: Prisma.ApprovalDecisionUncheckedCreateInput): Promise<void> {
  await sqlOf(tx).approvalDecision.create({ data: row });
}

/** Requests that were asked for approval: those that wait, oldest first, or the latest of all. */
export async function selectRequests(tx: Tx, organisationId: string, waitingOnly: boolean, limit: number) {
  return sqlOf(tx).spendingRequest.findMany({
    where: {
      organisationId,
      expiresAt: { not: null },
      ...(waitingOnly ? { state: "waiting" } : { state: { not: "waiting" } }),
    },
    include: { decisions: { orderBy: { id: "asc" } } },
    orderBy: { createdAt: waitingOnly ? "asc" : "desc" },
    take: limit,
  });
}

/** Requests of others that wait and that this person has said nothing on. */
export async function countWaitingFor(tx: Tx, by: { organisationId: string; userId: string; now: Date }) {
  return sqlOf(tx).spendingRequest.count({
    where: {
      organisationId: by.organisationId,
      state: "waiting",
      expiresAt: { gt: by.now },
      requestedBy: { not: by.userId },
      decisions: { none: { approverId: by.userId } },
    },
  });
}

/** Jobs whose request nobody decided on in time. */
export async function selectOverdue(tx: Tx, now: Date, limit: number): Promise<string[]> {
  const rows = await sqlOf(tx).spendingRequest.findMany({
    where: { state: "waiting", expiresAt: { lte: now } },
    select: { jobId: true },
    orderBy: { expiresAt: "asc" },
    take: limit,
  });
  return rows.map(({ jobId }) => jobId);
}

/** Raises an alert unless this level of this budget was told already; whether it is new. */
export async function insertAlert(tx: Tx, row: Prisma.BudgetAlertUncheckedCreateInput): Promise<boolean> {
  const { count } = await sqlOf(tx).budgetAlert.createMany({ data: [row], skipDuplicates: true });
  return count === 1;
}

export async function selectAlerts(tx: Tx, organisationId: string, limit: number) {
  return sqlOf(tx).budgetAlert.findMany({
    where: { project: { organisationId } },
    include: { project: { select: { name: true } } },
    orderBy: [{ raisedAt: "desc" }, { percent: "desc" }],
    take: limit,
  });
}

export async function selectAllocations(tx: Tx, jobIds: readonly string[]) {
  return sqlOf(tx).spendingRequest.findMany({ where: { jobId: { in: [...jobIds] } } });
}

export async function selectProjectNames(tx: Tx, ids: readonly string[]): Promise<Map<string, string>> {
  const rows = await sqlOf(tx).project.findMany({ where: { id: { in: [...ids] } }, select: { id: true, name: true } });
  return new Map(rows.map(({ id, name }) => [id, name]));
}
