import type { Tx } from "@/kernel";
import { sqlOf } from "@/kernel/db/client";
import { ASSET, type Account } from "./accounts";

/** A movement into (positive) or out of (negative) an account, in micro-dollars. */
export interface Leg {
  readonly account: Account;
  readonly amount: bigint;
}

export async function openAccounts(tx: Tx, accounts: readonly Account[]): Promise<void> {
  await sqlOf(tx).ledgerAccount.createMany({
    data: accounts.map((a) => ({ ...a, asset: ASSET })),
    skipDuplicates: true,
  });
}

/** Locks an account and returns its balance; 0 for one that was never opened. */
export async function lockBalance(tx: Tx, accountId: string): Promise<bigint> {
  const rows = await sqlOf(tx).$queryRaw<{ balanceMicros: bigint }[]>`
    SELECT "balanceMicros" FROM ledger_account WHERE id = ${accountId} FOR UPDATE`;
  return rows[0]?.balanceMicros ?? 0n;
}

export async function readAccount(tx: Tx, accountId: string): Promise<bigint> {
  const row = await sqlOf(tx).ledgerAccount.findUnique({ where: { id: accountId }, select: { balanceMicros: true } });
  return row?.balanceMicros ?? 0n;
}

/** The one call that moves money; see `post_transfer` in the migration. */
export async function callPostTransfer(
  tx: Tx,
  t: { idempotencyKey: string; kind: string; reference: string; legs: readonly Leg[] },
): Promise<{ created: boolean }> {
  const legs = JSON.stringify(t.legs.map((leg) => ({ account: leg.account.id, amount: String(leg.amount) })));
  const rows = await sqlOf(tx).$queryRaw<{ created: boolean }[]>`
    SELECT created FROM post_transfer(${t.idempotencyKey}, ${t.kind}, ${t.reference}, ${legs}::jsonb)`;
  return { created: rows[0]?.created ?? false };
}

/** Sum of a hold's outgoing entries of one kind: what was posted from it. */
export async function sumFromHold(tx: Tx, accountId: string, kind: string): Promise<bigint> {
  const rows = await sqlOf(tx).$queryRaw<{ total: bigint | null }[]>`
    SELECT -sum(e."amountMicros")::bigint AS total FROM ledger_entry e JOIN ledger_transfer t ON t.id = e."transferId"
    WHERE e."accountId" = ${accountId} AND t.kind = ${kind}`;
  return rows[0]?.total ?? 0n;
}

/** Balances of an organisation by kind of account, and what was ever posted from its holds. */
export async function selectBalances(tx: Tx, organisationId: string) {
  const sql = sqlOf(tx);
  const byKind = await sql.ledgerAccount.groupBy({
    by: ["kind"],
    where: { organisationId },
    _sum: { balanceMicros: true },
  });
  const rows = await sql.$queryRaw<{ total: bigint | null }[]>`
    SELECT -sum(e."amountMicros")::bigint AS total FROM ledger_entry e
    JOIN ledger_transfer t ON t.id = e."transferId" JOIN ledger_account a ON a.id = e."accountId"
    WHERE a."organisationId" = ${organisationId} AND a.kind = 'hold' AND t.kind = 'segment'`;
  return {
    byKind: new Map(byKind.map((row) => [row.kind, row._sum.balanceMicros ?? 0n])),
    posted: rows[0]?.total ?? 0n,
  };
}

export async function selectEntries(
  tx: Tx,
  q: { organisationId: string; beforeId: bigint | null; accountKind: string | null; limit: number },
) {
  return sqlOf(tx).$queryRaw<
    {
      id: bigint;
      at: Date;
      kind: string;
      reference: string;
      amountMicros: bigint;
      balanceAfter: bigint | null;
      accountKind: string;
    }[]
  >`
    SELECT e.id, t."createdAt" AS at, t.kind, t.reference, e."amountMicros", e."balanceAfter", a.kind AS "accountKind"
    FROM ledger_entry e JOIN ledger_transfer t ON t.id = e."transferId" JOIN ledger_account a ON a.id = e."accountId"
    WHERE a."organisationId" = ${q.organisationId}
      AND (${q.beforeId}::bigint IS NULL OR e.id < ${q.beforeId}::bigint)
      AND (${q.accountKind}::text IS NULL OR a.kind = ${q.accountKind}::text)
    ORDER BY e.id DESC LIMIT ${q.limit}`;
}

/** Sums for the trial balance, straight from the entries. */
export async function selectTrialBalance(tx: Tx) {
  const sql = sqlOf(tx);
  const assets = await sql.$queryRaw<{ asset: string; totalMicros: bigint }[]>`
    SELECT a.asset, sum(e."amountMicros")::bigint AS "totalMicros"
    FROM ledger_entry e JOIN ledger_account a ON a.id = e."accountId" GROUP BY a.asset ORDER BY a.asset`;
  const accounts = await sql.$queryRaw<
    { id: string; kind: string; storedMicros: bigint; entriesMicros: bigint; entryOnly: boolean }[]
  >`
    SELECT a.id, a.kind, a."balanceMicros" AS "storedMicros", coalesce(sum(e."amountMicros"), 0)::bigint AS "entriesMicros", a."entryOnly"
    FROM ledger_account a LEFT JOIN ledger_entry e ON e."accountId" = a.id GROUP BY a.id ORDER BY a.id`;
  return { assets, accounts };
}
