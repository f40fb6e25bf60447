import type { Tx } from "@/kernel";
import { sqlOf, type Prisma } from "@/kernel/db/client";

export async function insertTopUp(tx: Tx, row: Prisma.TopUpCreateManyInput): Promise<boolean> {
  const { count } = await sqlOf(tx).topUp.createMany({ data: [row], skipDuplicates: true });
  return count === 1;
}

export async function findTopUpByKey(tx: Tx, organisationId: string, idempotencyKey: string) {
  return sqlOf(tx).topUp.findUnique({ where: { organisationId_idempotencyKey: { organisationId, idempotencyKey } } });
}

export async function findTopUp(tx: Tx, id: string) {
  return sqlOf(tx).topUp.findUnique({ where: { id } });
}

export async function lockTopUp(tx: Tx, id: string) {
  await sqlOf(tx).$queryRaw`SELECT id FROM top_up WHERE id = ${id} FOR UPDATE`;
  return findTopUp(tx, id);
}

export type TopUpRecord = NonNullable<Awaited<ReturnType<typeof findTopUp>>>;

export async function findTopUpByStripe(tx: Tx, s: { checkoutSessionId: string } | { paymentIntentId: string }) {
  return sqlOf(tx).topUp.findFirst({ where: s });
}

export async function updateTopUp(tx: Tx, id: string, data: Prisma.TopUpUncheckedUpdateInput): Promise<void> {
  await sqlOf(tx).topUp.update({ where: { id }, data });
}

export async function selectTopUps(tx: Tx, organisationId: string, limit: number) {
  return sqlOf(tx).topUp.findMany({ where: { organisationId }, orderBy: { createdAt: "desc" }, take: limit });
}

/** Top-ups that may still change. */
export async function selectUnfinishedTopUps(tx: Tx, limit: number) {
  return sqlOf(tx).topUp.findMany({
    where: { state: { in: ["open", "processing"] } },
    orderBy: { createdAt: "asc" },
    take: limit,
  });
}

/** What automatic top-ups of an organisation asked for since a moment, unless they came to nothing. */
export async function sumAutomaticTopUps(tx: Tx, organisationId: string, since: Date): Promise<bigint> {
  const { _sum } = await sqlOf(tx).topUp.aggregate({
    where: {
      organisationId,
      automatic: true,
      createdAt: { gte: since },
      state: { in: ["open", "processing", "paid"] },
    },
    _sum: { amountMicros: true },
  });
  return _sum.amountMicros ?? 0n;
}
