import type { Tx } from "@/kernel";
import { sqlOf, type Prisma } from "@/kernel/db/client";

/** Queues a transaction unless one for the same purpose is under way; false when there is. */
export async function insertTransaction(tx: Tx, row: Prisma.ChainTransactionCreateManyInput): Promise<boolean> {
  const { count } = await sqlOf(tx).chainTransaction.createMany({ data: [row], skipDuplicates: true });
  return count === 1;
}

/** One account's transactions in a state: sent ones by nonce, queued ones by age. */
export async function selectTransactions(tx: Tx, keyId: string, state: "queued" | "sent") {
  return sqlOf(tx).chainTransaction.findMany({
    where: { keyId, state },
    orderBy: state === "sent" ? [{ nonce: "asc" }] : [{ createdAt: "asc" }, { id: "asc" }],
    take: 200,
  });
}
export type TransactionRecord = Awaited<ReturnType<typeof selectTransactions>>[number];

export async function lockTransaction(tx: Tx, id: string): Promise<TransactionRecord | null> {
  await sqlOf(tx).$queryRaw`SELECT id FROM chain_transaction WHERE id = ${id} FOR UPDATE`;
  return sqlOf(tx).chainTransaction.findUnique({ where: { id } });
}

export async function updateTransaction(tx: Tx, id: string, data: Prisma.ChainTransactionUpdateInput): Promise<void> {
  await sqlOf(tx).chainTransaction.update({ where: { id }, data });
}

/** The transactions that were made for one purpose, newest first. */
export async function selectTransactionsOf(tx: Tx, reference: string): Promise<TransactionRecord[]> {
  return sqlOf(tx).chainTransaction.findMany({ where: { reference }, orderBy: { createdAt: "desc" } });
}

export async function hasLiveTransaction(tx: Tx, kind: string, reference: string): Promise<boolean> {
  const row = await sqlOf(tx).chainTransaction.findFirst({
    where: { kind, reference, state: { in: ["queued", "sent"] } },
    select: { id: true },
  });
  return row !== null;
}

/** The sending account's row, made at first need with the nonce that the chain expects next. */
export async function insertKey(tx: Tx, id: string, nextNonce: number): Promise<void> {
  await sqlOf(tx).chainKey.createMany({ data: [{ id, nextNonce }], skipDuplicates: true });
}

export async function findKey(tx: Tx, id: string) {
  return sqlOf(tx).chainKey.findUnique({ where: { id } });
}

/** Takes the next nonce of an account; whoever takes one holds the account's lock until the end of the transaction. */
export async function takeNonce(tx: Tx, id: string): Promise<number> {
  const rows = await sqlOf(tx).$queryRaw<{ nonce: number }[]>`
    UPDATE chain_key SET "nextNonce" = "nextNonce" + 1 WHERE id = ${id} RETURNING "nextNonce" - 1 AS nonce`;
  const [row] = rows;
  if (row === undefined) throw new Error(`there is no sending account ${id}`);
  return row.nonce;
}
