import type { Tx } from "@/kernel";
import { sqlOf, type Prisma } from "@/kernel/db/client";

export async function insertRefund(tx: Tx, row: Prisma.RefundCreateManyInput): Promise<boolean> {
  const { count } = await sqlOf(tx).refund.createMany({ data: [row], skipDuplicates: true });
  return count === 1;
}

export async function lockRefund(tx: Tx, id: string) {
  await sqlOf(tx).$queryRaw`SELECT id FROM refund WHERE id = ${id} FOR UPDATE`;
  return sqlOf(tx).refund.findUnique({ where: { id } });
}

export type RefundRecord = NonNullable<Awaited<ReturnType<typeof lockRefund>>>;

export async function findRefundByStripe(tx: Tx, stripeRefundId: string) {
  return sqlOf(tx).refund.findUnique({ where: { stripeRefundId } });
}

export async function updateRefund(tx: Tx, id: string, data: Prisma.RefundUncheckedUpdateInput): Promise<void> {
  await sqlOf(tx).refund.update({ where: { id }, data });
}

export async function selectRefundsByKey(tx: Tx, organisationId: string, idempotencyKey: string) {
  return sqlOf(tx).refund.findMany({ where: { organisationId, idempotencyKey }, orderBy: { id: "asc" } });
}

export async function selectRefunds(tx: Tx, organisationId: string, limit: number) {
  return sqlOf(tx).refund.findMany({ where: { organisationId }, orderBy: { createdAt: "desc" }, take: limit });
}

export async function selectUnfinishedRefunds(tx: Tx, limit: number) {
  return sqlOf(tx).refund.findMany({ where: { state: "pending" }, orderBy: { createdAt: "asc" }, take: limit });
}
