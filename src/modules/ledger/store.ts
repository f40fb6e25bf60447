import { micros, type Asset, type Micros, type Tx } from "@/kernel";
import { sqlOf } from "@/kernel/db/client";
import { available, type Account } from "./accounts";

/** A movement into (positive) or out of (negative) an account, in micro-dollars. */
export interface Leg {
  readonly account: Account;
  readonly amount: bigint;
}

/** Locks an account and returns its balance; 0 for one that was never opened. */
export async function lockBalance(tx: Tx, accountId: string): Promise<bigint> {
  const rows = await sqlOf(tx).$queryRaw<{ balanceMicros: bigint }[]>`
    SELECT "balanceMicros" FROM ledger_account WHERE id = ${accountId} FOR NO KEY UPDATE`;
  return rows[0]?.balanceMicros ?? 0n;
}

/** Locks an account; balance and version are 0 for one that was never opened. */
export async function lockAccount(tx: Tx, accountId: string): Promise<{ balance: bigint; version: bigint }> {
  const rows = await sqlOf(tx).$queryRaw<{ balance: bigint; version: bigint }[]>`
    SELECT "balanceMicros" AS balance, version FROM ledger_account WHERE id = ${accountId} FOR NO KEY UPDATE`;
  return rows[0] ?? { balance: 0n, version: 0n };
}

/** Locks every funding lot of an organisation that still holds money, oldest first. */
export async function lockLots(tx: Tx, organisationId: string): Promise<{ account: Account; balance: Micros }[]> {
  const rows = await sqlOf(tx).$queryRaw<{ id: string; balanceMicros: bigint }[]>`
    SELECT id, "balanceMicros" FROM ledger_account
    WHERE "organisationId" = ${organisationId} AND kind = 'available' AND asset = 'USD' AND "balanceMicros" > 0
    ORDER BY id COLLATE "C" FOR NO KEY UPDATE`;
  return rows.map((row) => ({
    account: { ...available(organisationId, ""), id: row.id },
    balance: micros(row.balanceMicros),
  }));
}

/** The funding lots that a hold was taken from, oldest first, and how much from each. */
export async function selectHoldSources(
  tx: Tx,
  idempotencyKey: string,
): Promise<{ account: Account; taken: Micros }[]> {
  const rows = await sqlOf(tx).$queryRaw<{ id: string; organisationId: string; taken: bigint }[]>`
    SELECT a.id, a."organisationId", -e."amountMicros" AS taken
    FROM ledger_transfer t JOIN ledger_entry e ON e."transferId" = t.id JOIN ledger_account a ON a.id = e."accountId"
    WHERE t."idempotencyKey" = ${idempotencyKey} AND e."amountMicros" < 0 ORDER BY a.id COLLATE "C"`;
  return rows.map((row) => ({
    account: { ...available(row.organisationId, ""), id: row.id },
    taken: micros(row.taken),
  }));
}

export async function readAccount(tx: Tx, accountId: string): Promise<bigint> {
  const row = await sqlOf(tx).ledgerAccount.findUnique({ where: { id: accountId }, select: { balanceMicros: true } });
  return row?.balanceMicros ?? 0n;
}

/**
 * The one call that moves money; see `post_transfer` in the migration. Opens accounts that are not there yet. Legs come in
 * ascending order of account id.
 */
export async function callPostTransfer(
  tx: Tx,
  t: { idempotencyKey: string; kind: string; reference: string; legs: readonly Leg[] },
): Promise<{ created: boolean }> {
  const accounts = t.legs.map((leg) => leg.account);
  const amounts = t.legs.map((leg) => String(leg.amount));
  const rows = await sqlOf(tx).$queryRaw<{ created: boolean }[]>`
    SELECT created FROM open_and_post(
      ${t.idempotencyKey}, ${t.kind}, ${t.reference}, ${accounts.map((a) => a.id)}::text[], ${amounts}::text[]::bigint[],
      ${accounts.map((a) => a.kind)}::text[], ${accounts.map((a) => a.organisationId)}::text[],
      ${accounts.map((a) => a.asset)}::text[], ${accounts.map((a) => a.allowNegative)}::boolean[],
      ${accounts.map((a) => a.entryOnly)}::boolean[])`;
  return { created: rows[0]?.created ?? false };
}

/** Jobs whose hold took from a lot and is not empty, youngest first. */
export async function selectHoldsOfLot(tx: Tx, lotId: string): Promise<string[]> {
  const rows = await sqlOf(tx).$queryRaw<{ reference: string }[]>`
    SELECT t.reference FROM ledger_entry e JOIN ledger_transfer t ON t.id = e."transferId"
    JOIN ledger_account h ON h.id = 'hold:' || t.reference
    WHERE e."accountId" = ${lotId} AND e.version IS NOT NULL AND t.kind = 'hold' AND h."balanceMicros" > 0
    ORDER BY t.id DESC`;
  return rows.map((row) => row.reference);
}

/** What came into an account since a moment. */
export async function sumRecentCredits(tx: Tx, accountId: string, since: Date): Promise<bigint> {
  const rows = await sqlOf(tx).$queryRaw<{ total: bigint | null }[]>`
    SELECT sum(e."amountMicros")::bigint AS total FROM ledger_entry e JOIN ledger_transfer t ON t.id = e."transferId"
    WHERE e."accountId" = ${accountId} AND e.version IS NOT NULL AND e."amountMicros" > 0 AND t."createdAt" > ${since}`;
  return rows[0]?.total ?? 0n;
}

/** Sum of a hold's outgoing entries of some kinds: what was posted from it, or what went back. */
export async function sumFromHold(tx: Tx, accountId: string, kinds: readonly string[]): Promise<bigint> {
  const rows = await sqlOf(tx).$queryRaw<{ total: bigint | null }[]>`
    SELECT -sum(e."amountMicros")::bigint AS total FROM ledger_entry e JOIN ledger_transfer t ON t.id = e."transferId"
    WHERE e."accountId" = ${accountId} AND e.version IS NOT NULL AND t.kind = ANY(${kinds})`;
  return rows[0]?.total ?? 0n;
}

/** Balances of an organisation by "kind@asset", and what was ever posted from its holds by asset. */
export async function selectBalances(tx: Tx, organisationId: string) {
  const sql = sqlOf(tx);
  const byKind = await sql.ledgerAccount.groupBy({
    by: ["kind", "asset"],
    where: { organisationId },
    _sum: { balanceMicros: true },
  });
  const posted = await sql.$queryRaw<{ asset: string; total: bigint }[]>`
    SELECT a.asset, -sum(e."amountMicros")::bigint AS total FROM ledger_account a
    JOIN ledger_entry e ON e."accountId" = a.id AND e.version IS NOT NULL JOIN ledger_transfer t ON t.id = e."transferId"
    WHERE a."organisationId" = ${organisationId} AND a.kind = 'hold' AND t.kind = 'segment' GROUP BY a.asset`;
  return {
    byKind: new Map(byKind.map((row) => [`${row.kind}@${row.asset}`, row._sum.balanceMicros ?? 0n])),
    posted: new Map(posted.map((row) => [row.asset, row.total])),
  };
}

/**
 * Movements of an organisation's accounts, newest first. A transfer's legs on several funding lots are one movement of the
 * balance that they make together; `balanceAfter` of a movement of that balance is null here and worked out by the caller from
 * `availableMicros`, what the balance is now, and `newerMicros`, what moved it since the cursor.
 */
export async function selectEntries(
  tx: Tx,
  q: {
    organisationId: string;
    before: { transferId: bigint; accountId: string } | null;
    accountKind: string | null;
    asset: Asset | null;
    limit: number;
  },
) {
  const { transferId, accountId } = q.before ?? { transferId: null, accountId: null };
  return sqlOf(tx).$queryRaw<
    {
      transferId: bigint;
      accountId: string;
      at: Date;
      kind: string;
      reference: string;
      amountMicros: bigint;
      balanceAfter: bigint | null;
      accountKind: string;
      asset: Asset;
      availableMicros: bigint;
      newerMicros: bigint;
    }[]
  >`
    WITH account AS (
      SELECT id, kind, asset, CASE WHEN kind = 'available' THEN 'available' ELSE id END AS name, "balanceMicros"
      FROM ledger_account WHERE "organisationId" = ${q.organisationId}
    ), movement AS (
      SELECT e."transferId", a.name AS "accountId", a.kind AS "accountKind", a.asset,
        sum(e."amountMicros")::bigint AS "amountMicros",
        CASE WHEN a.kind = 'available' THEN NULL ELSE max(e."balanceAfter") END AS "balanceAfter"
      FROM account a JOIN ledger_entry e ON e."accountId" = a.id AND e.version IS NOT NULL
      WHERE (${q.accountKind}::text IS NULL OR a.kind = ${q.accountKind}::text)
        AND (${q.asset}::text IS NULL OR a.asset = ${q.asset}::text)
        AND (${transferId}::bigint IS NULL OR (e."transferId", a.name COLLATE "C") < (${transferId}::bigint, ${accountId}::text))
      GROUP BY e."transferId", a.name, a.kind, a.asset
      ORDER BY e."transferId" DESC, a.name COLLATE "C" DESC LIMIT ${q.limit}
    )
    SELECT m.*, t."createdAt" AS at, t.kind, t.reference,
      (SELECT coalesce(sum("balanceMicros"), 0)::bigint FROM account WHERE kind = 'available') AS "availableMicros",
      (SELECT coalesce(sum(e."amountMicros"), 0)::bigint FROM account a JOIN ledger_entry e ON e."accountId" = a.id
        WHERE a.kind = 'available' AND e.version IS NOT NULL AND ${transferId}::bigint IS NOT NULL
          AND (e."transferId", 'available' COLLATE "C") >= (${transferId}::bigint, ${accountId}::text)) AS "newerMicros"
    FROM movement m JOIN ledger_transfer t ON t.id = m."transferId"
    ORDER BY m."transferId" DESC, m."accountId" COLLATE "C" DESC`;
}

/** Accounts that must come back to zero and are not zero now, with what they are for and how long ago they moved. */
export async function selectClearing(tx: Tx) {
  return sqlOf(tx).$queryRaw<
    { id: string; asset: Asset; balanceMicros: bigint; reference: string; ageSeconds: number }[]
  >`
    SELECT a.id, a.asset, a."balanceMicros", t.reference,
      extract(epoch FROM now() - t."createdAt")::float8 AS "ageSeconds" FROM ledger_account a
    JOIN ledger_entry e ON e."accountId" = a.id AND e.version = a.version JOIN ledger_transfer t ON t.id = e."transferId"
    WHERE a."balanceMicros" <> 0 AND (
      a.kind IN ('refund-inflight', 'payout-inflight', 'receivable') OR a.id LIKE 'clearing:connected:%')
    ORDER BY a.id`;
}

/** Sums for the trial balance, straight from the entries. */
export async function selectTrialBalance(tx: Tx) {
  const sql = sqlOf(tx);
  const assets = await sql.$queryRaw<{ asset: string; totalMicros: bigint }[]>`
    SELECT a.asset, sum(e."amountMicros")::bigint AS "totalMicros"
    FROM ledger_entry e JOIN ledger_account a ON a.id = e."accountId" GROUP BY a.asset ORDER BY a.asset`;
  const accounts = await sql.$queryRaw<
    {
      id: string;
      kind: string;
      asset: string;
      storedMicros: bigint;
      entriesMicros: bigint;
      entryOnly: boolean;
      gaps: bigint;
    }[]
  >`
    SELECT a.id, a.kind, a.asset, a."balanceMicros" AS "storedMicros", coalesce(sum(e."amountMicros"), 0)::bigint AS "entriesMicros",
      a."entryOnly", CASE WHEN a."entryOnly" THEN 0 ELSE a.version - count(e.version) END AS gaps
    FROM ledger_account a LEFT JOIN ledger_entry e ON e."accountId" = a.id GROUP BY a.id ORDER BY a.id`;
  return { assets, accounts };
}
