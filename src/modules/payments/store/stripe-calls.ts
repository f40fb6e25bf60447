import type { Tx } from "@/kernel";
import { sqlOf, type Prisma } from "@/kernel/db/client";

export async function insertCall(tx: Tx, row: Prisma.StripeCallCreateManyInput): Promise<boolean> {
  const { count } = await sqlOf(tx).stripeCall.createMany({ data: [row], skipDuplicates: true });
  return count === 1;
}

export async function lockCall(tx: Tx, id: string) {
  await sqlOf(tx).$queryRaw`SELECT id FROM stripe_call WHERE id = ${id} FOR UPDATE`;
  return sqlOf(tx).stripeCall.findUnique({ where: { id } });
}

export type CallRecord = NonNullable<Awaited<ReturnType<typeof lockCall>>>;

export async function updateCall(tx: Tx, id: string, data: Prisma.StripeCallUncheckedUpdateInput): Promise<void> {
  await sqlOf(tx).stripeCall.update({ where: { id }, data });
}

/** Calls that are still to be carried out, oldest first. */
export async function selectPendingCalls(tx: Tx, before: Date, limit: number) {
  return sqlOf(tx).stripeCall.findMany({
    where: { state: "pending", createdAt: { lt: before } },
    orderBy: { createdAt: "asc" },
    take: limit,
  });
}

/** Calls that wait for a person. */
export async function selectBlockedCalls(tx: Tx) {
  return sqlOf(tx).stripeCall.findMany({ where: { state: "blocked" }, orderBy: { createdAt: "asc" }, take: 100 });
}

export async function insertEvent(
  tx: Tx,
  row: { id: string; type: string; objectId: string; account: string | null },
): Promise<boolean> {
  const { count } = await sqlOf(tx).stripeEvent.createMany({ data: [row], skipDuplicates: true });
  return count === 1;
}

export async function findEvent(tx: Tx, id: string) {
  return sqlOf(tx).stripeEvent.findUnique({ where: { id } });
}

export async function markEventHandled(tx: Tx, id: string, at: Date): Promise<void> {
  await sqlOf(tx).stripeEvent.updateMany({ where: { id, handledAt: null }, data: { handledAt: at } });
}

export async function selectUnhandledEvents(tx: Tx, before: Date, limit: number) {
  return sqlOf(tx).stripeEvent.findMany({
    where: { handledAt: null, receivedAt: { lt: before } },
    orderBy: { receivedAt: "asc" },
    take: limit,
  });
}
