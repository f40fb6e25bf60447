import type { Tx } from "@/kernel";
import { sqlOf, type Prisma } from "@/kernel/db/client";

export async function insertScreening(
  tx: Tx,
  data: { address: string; direction: string; verdict: string; source: string; reference: string },
): Promise<void> {
  await sqlOf(tx).addressScreening.create({ data });
}

export async function insertChallenge(tx: Tx, data: Prisma.WalletChallengeCreateInput): Promise<void> {
  await sqlOf(tx).walletChallenge.create({ data });
}

export async function findChallenge(tx: Tx, id: string) {
  return sqlOf(tx).walletChallenge.findUnique({ where: { id } });
}

/** Uses a challenge up; false when it was used already. */
export async function useChallenge(tx: Tx, id: string, usedAt: Date): Promise<boolean> {
  const { count } = await sqlOf(tx).walletChallenge.updateMany({ where: { id, usedAt: null }, data: { usedAt } });
  return count === 1;
}

export async function insertWallet(tx: Tx, data: Prisma.WalletUncheckedCreateInput): Promise<void> {
  await sqlOf(tx).wallet.create({ data });
}

/** Whoever an address is linked to now. */
export async function findLinkedWallet(tx: Tx, address: string) {
  return sqlOf(tx).wallet.findFirst({ where: { address, unlinkedAt: null } });
}
export type WalletRecord = NonNullable<Awaited<ReturnType<typeof findLinkedWallet>>>;

export async function selectWallets(tx: Tx, organisationId: string): Promise<WalletRecord[]> {
  return sqlOf(tx).wallet.findMany({ where: { organisationId, unlinkedAt: null }, orderBy: { linkedAt: "asc" } });
}

/** Whether earnings ever had a wallet to go to: `payoutFrom` stays on wallets that were replaced or unlinked. */
export async function hadPayoutWallet(tx: Tx, organisationId: string): Promise<boolean> {
  return (await sqlOf(tx).wallet.findFirst({ where: { organisationId, payoutFrom: { not: null } } })) !== null;
}

export async function updateWallet(tx: Tx, id: string, data: Prisma.WalletUncheckedUpdateInput): Promise<void> {
  await sqlOf(tx).wallet.update({ where: { id }, data });
}

export async function insertWithdrawal(tx: Tx, data: Prisma.WithdrawalUncheckedCreateInput): Promise<void> {
  await sqlOf(tx).withdrawal.create({ data });
}

export async function findWithdrawalByKey(tx: Tx, organisationId: string, idempotencyKey: string) {
  return sqlOf(tx).withdrawal.findUnique({
    where: { organisationId_idempotencyKey: { organisationId, idempotencyKey } },
  });
}

export async function lockWithdrawal(tx: Tx, id: string) {
  await sqlOf(tx).$queryRaw`SELECT id FROM withdrawal WHERE id = ${id} FOR UPDATE`;
  return sqlOf(tx).withdrawal.findUnique({ where: { id } });
}
export type WithdrawalRecord = NonNullable<Awaited<ReturnType<typeof lockWithdrawal>>>;

export async function updateWithdrawal(tx: Tx, id: string, data: Prisma.WithdrawalUncheckedUpdateInput): Promise<void> {
  await sqlOf(tx).withdrawal.update({ where: { id }, data });
}

export async function selectWithdrawals(tx: Tx, organisationId: string): Promise<WithdrawalRecord[]> {
  return sqlOf(tx).withdrawal.findMany({ where: { organisationId }, orderBy: { createdAt: "desc" }, take: 50 });
}

export async function selectWithdrawalsIn(
  tx: Tx,
  states: readonly WithdrawalRecord["state"][],
): Promise<WithdrawalRecord[]> {
  return sqlOf(tx).withdrawal.findMany({ where: { state: { in: [...states] } }, orderBy: { id: "asc" } });
}

/** Withdrawals that were sent and not booked as gone yet, with the signed forms of their transfer. Locks them. */
export async function selectSentTransfers(tx: Tx) {
  return sqlOf(tx).$queryRaw<{ amountMicros: bigint; attempts: unknown }[]>`
    SELECT w."amountMicros", t.attempts FROM withdrawal w
    JOIN chain_transaction t ON t.kind = 'transfer' AND t.reference = w.id AND t.state = 'sent'
    WHERE w.state = 'sent' FOR SHARE OF w`;
}
