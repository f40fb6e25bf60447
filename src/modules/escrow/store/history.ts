import type { Tx } from "@/kernel";
import { sqlOf, type Prisma } from "@/kernel/db/client";

export interface StoredBlock {
  readonly number: bigint;
  readonly hash: string;
}

export interface StoredLog {
  readonly blockHash: string;
  readonly logIndex: number;
  readonly blockNumber: bigint;
  readonly transactionHash: string;
  readonly address: string;
  readonly event: string;
  readonly orderId: string | null;
  readonly amountMicros: bigint | null;
  readonly data: Prisma.InputJsonObject;
}

export async function findCursor(tx: Tx, id: string) {
  return sqlOf(tx).chainCursor.findUnique({ where: { id } });
}
export type CursorRecord = NonNullable<Awaited<ReturnType<typeof findCursor>>>;

/** Locks the cursor: whoever changes the history or books from it holds this first. */
export async function lockCursor(tx: Tx, id: string): Promise<CursorRecord | null> {
  await sqlOf(tx).$queryRaw`SELECT id FROM chain_cursor WHERE id = ${id} FOR UPDATE`;
  return findCursor(tx, id);
}

export async function insertCursor(tx: Tx, cursor: { id: string; blockNumber: bigint; blockHash: string }) {
  await sqlOf(tx).chainCursor.createMany({ data: [cursor], skipDuplicates: true });
}

export async function updateCursor(tx: Tx, id: string, data: Prisma.ChainCursorUpdateInput): Promise<void> {
  await sqlOf(tx).chainCursor.update({ where: { id }, data: { ...data, updatedAt: new Date() } });
}

/** The stored hashes, highest block first. */
export async function selectBlocks(tx: Tx, cursorId: string): Promise<StoredBlock[]> {
  return sqlOf(tx).chainBlock.findMany({
    where: { cursorId },
    orderBy: { number: "desc" },
    select: { number: true, hash: true },
  });
}

export async function findBlock(tx: Tx, cursorId: string, number: bigint): Promise<StoredBlock | null> {
  return sqlOf(tx).chainBlock.findUnique({
    where: { cursorId_number: { cursorId, number } },
    select: { number: true, hash: true },
  });
}

export async function insertHistory(
  tx: Tx,
  cursorId: string,
  blocks: readonly StoredBlock[],
  logs: readonly StoredLog[],
): Promise<void> {
  const sql = sqlOf(tx);
  if (blocks.length > 0) await sql.chainBlock.createMany({ data: blocks.map((block) => ({ cursorId, ...block })) });
  // A log that was acted on and survived a resumed watcher is there already.
  if (logs.length > 0)
    await sql.chainLog.createMany({ data: logs.map((log) => ({ cursorId, ...log })), skipDuplicates: true });
}

/** Forgets everything above a block: it is not part of the chain any more. What was acted on stays, as what the books rest on. */
export async function deleteHistoryAbove(tx: Tx, cursorId: string, number: bigint): Promise<void> {
  await sqlOf(tx).chainLog.deleteMany({ where: { cursorId, blockNumber: { gt: number }, appliedAt: null } });
  await sqlOf(tx).chainBlock.deleteMany({ where: { cursorId, number: { gt: number } } });
}

/** Forgets hashes of blocks that nothing can replace any more. */
export async function deleteBlocksBelow(tx: Tx, cursorId: string, number: bigint): Promise<void> {
  await sqlOf(tx).chainBlock.deleteMany({ where: { cursorId, number: { lt: number } } });
}

/** Logs up to a block that nothing was done about, in the order of the chain. */
export async function selectWaitingLogs(tx: Tx, cursorId: string, upTo: bigint) {
  return sqlOf(tx).chainLog.findMany({
    where: { cursorId, appliedAt: null, blockNumber: { lte: upTo } },
    orderBy: [{ blockNumber: "asc" }, { logIndex: "asc" }],
    take: 1_000,
  });
}
export type LogRecord = Awaited<ReturnType<typeof selectWaitingLogs>>[number];

/** The log, if it is still there and nothing was done about it. Locks it. */
export async function lockWaitingLog(tx: Tx, log: LogRecord): Promise<LogRecord | null> {
  const { cursorId, blockHash, logIndex } = log;
  await sqlOf(tx).$queryRaw`SELECT 1 FROM chain_log
    WHERE "cursorId" = ${cursorId} AND "blockHash" = ${blockHash} AND "logIndex" = ${logIndex} FOR UPDATE`;
  return sqlOf(tx).chainLog.findFirst({ where: { cursorId, blockHash, logIndex, appliedAt: null } });
}

export async function markApplied(tx: Tx, log: LogRecord, appliedAt: Date): Promise<void> {
  const { cursorId, blockHash, logIndex } = log;
  await sqlOf(tx).chainLog.update({
    where: { cursorId_blockHash_logIndex: { cursorId, blockHash, logIndex } },
    data: { appliedAt },
  });
}

/** Every log of one transaction as it stands in one block. */
export async function selectLogsOfTransaction(
  tx: Tx,
  log: Pick<LogRecord, "cursorId" | "blockHash" | "transactionHash">,
) {
  const { cursorId, blockHash, transactionHash } = log;
  return sqlOf(tx).chainLog.findMany({
    where: { cursorId, blockHash, transactionHash },
    orderBy: { logIndex: "asc" },
  });
}

/** The newest deposit of an order that the chain shows, at whatever depth. */
export async function findDepositLog(tx: Tx, orderId: string) {
  return sqlOf(tx).chainLog.findFirst({ where: { orderId, event: "Deposited" }, orderBy: { blockNumber: "desc" } });
}

/** What deposits above a block were booked already: a safe block counts for small ones before it is final. */
export async function sumAppliedAbove(tx: Tx, cursorId: string, number: bigint): Promise<bigint> {
  const { _sum } = await sqlOf(tx).chainLog.aggregate({
    where: { cursorId, event: "Deposited", appliedAt: { not: null }, blockNumber: { gt: number } },
    _sum: { amountMicros: true },
  });
  return _sum.amountMicros ?? 0n;
}

/** The first block from which something still waits to be acted on. */
export async function firstWaitingBlock(tx: Tx, cursorId: string): Promise<bigint | null> {
  const row = await sqlOf(tx).chainLog.findFirst({
    where: { cursorId, appliedAt: null },
    orderBy: { blockNumber: "asc" },
    select: { blockNumber: true },
  });
  return row?.blockNumber ?? null;
}

/** Orders that were paid although nobody here prepared them, and everybody who ever paid one. */
export async function selectPaidOutside(tx: Tx, cursorId: string): Promise<{ unknown: string[]; payers: string[] }> {
  const unknown = await sqlOf(tx).$queryRaw<{ orderId: string }[]>`
    SELECT DISTINCT l."orderId" FROM chain_log l LEFT JOIN escrow_order o ON o."orderId" = l."orderId"
    WHERE l."cursorId" = ${cursorId} AND l.event = 'Deposited' AND l."appliedAt" IS NOT NULL AND o.id IS NULL`;
  const payers = await sqlOf(tx).$queryRaw<{ payer: string }[]>`
    SELECT DISTINCT l.data->>'payer' AS payer FROM chain_log l
    WHERE l."cursorId" = ${cursorId} AND l.event = 'Opened' AND l."appliedAt" IS NOT NULL`;
  return { unknown: unknown.map((row) => row.orderId), payers: payers.map((row) => row.payer) };
}
