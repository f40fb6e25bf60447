import type { Tx } from "@/kernel";
import { sqlOf, type Prisma } from "@/kernel/db/client";

export async function insertPayout(tx: Tx, row: Prisma.PayoutCreateManyInput): Promise<boolean> {
  const { count } = await sqlOf(tx).payout.createMany({ data: [row], skipDuplicates: true });
  return count === 1;
}

export async function findPayoutByKey(tx: Tx, organisationId: string, idempotencyKey: string) {
  return sqlOf(tx).payout.findUnique({ where: { organisationId_idempotencyKey: { organisationId, idempotencyKey } } });
}

export async function lockPayout(tx: Tx, id: string) {
  await sqlOf(tx).$queryRaw`SELECT id FROM payout WHERE id = ${id} FOR UPDATE`;
  return sqlOf(tx).payout.findUnique({ where: { id } });
}

export type PayoutRecord = NonNullable<Awaited<ReturnType<typeof lockPayout>>>;

export async function findPayoutByStripe(tx: Tx, stripePayoutId: string) {
  return sqlOf(tx).payout.findUnique({ where: { stripePayoutId } });
}

export async function updatePayout(tx: Tx, id: string, data: Prisma.PayoutUncheckedUpdateInput): Promise<void> {
  await sqlOf(tx).payout.update({ where: { id }, data });
}

export async function selectPayouts(tx: Tx, organisationId: string, limit: number) {
  return sqlOf(tx).payout.findMany({ where: { organisationId }, orderBy: { createdAt: "desc" }, take: limit });
}

export async function selectUnfinishedPayouts(tx: Tx, limit: number) {
  return sqlOf(tx).payout.findMany({
    where: { state: { notIn: ["paid", "failed"] } },
    orderBy: { createdAt: "asc" },
    take: limit,
  });
}

/** Paid payouts that ended lately: a bank may still send the money back. */
export async function selectPaidSince(tx: Tx, since: Date, limit: number) {
  return sqlOf(tx).payout.findMany({
    where: { state: "paid", endedAt: { gte: since } },
    orderBy: { endedAt: "desc" },
    take: limit,
  });
}
