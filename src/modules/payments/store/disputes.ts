import type { Tx } from "@/kernel";
import { sqlOf, type Prisma } from "@/kernel/db/client";

export async function upsertDispute(tx: Tx, row: Prisma.DisputeCreateManyInput): Promise<void> {
  await sqlOf(tx).dispute.createMany({ data: [row], skipDuplicates: true });
}

export async function lockDispute(tx: Tx, id: string) {
  await sqlOf(tx).$queryRaw`SELECT id FROM dispute WHERE id = ${id} FOR UPDATE`;
  return sqlOf(tx).dispute.findUnique({ where: { id } });
}

export type DisputeRecord = NonNullable<Awaited<ReturnType<typeof lockDispute>>>;

export async function updateDispute(tx: Tx, id: string, data: Prisma.DisputeUncheckedUpdateInput): Promise<void> {
  await sqlOf(tx).dispute.update({ where: { id }, data });
}

export async function selectDisputes(tx: Tx, organisationId: string) {
  return sqlOf(tx).dispute.findMany({ where: { organisationId }, orderBy: { openedAt: "desc" }, take: 100 });
}

export async function selectOpenDisputes(tx: Tx, limit: number) {
  return sqlOf(tx).dispute.findMany({ where: { closedAt: null }, orderBy: { openedAt: "asc" }, take: limit });
}

/** Disputes that took money and are not closed; an inquiry only asks. */
export async function countOpenDisputes(tx: Tx, organisationId: string): Promise<number> {
  const status = { not: { startsWith: "warning_" } };
  return sqlOf(tx).dispute.count({ where: { organisationId, closedAt: null, status } });
}
