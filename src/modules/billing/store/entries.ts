import type { Tx } from "@/kernel";
import { sqlOf, Prisma } from "@/kernel/db/client";
import type { SegmentCharge } from "../documents/segment-lines";
import type { DocumentAsset } from "../documents/snapshot";

/** What an organisation has with the platform, as two books: its money as a buyer, and its money as a provider. */
const BOOK_KINDS = {
  funds: ["available", "hold", "refund-inflight", "receivable"],
  earnings: ["earnings", "payout-inflight"],
} as const;
export type Book = keyof typeof BOOK_KINDS;

export const bookKinds = (book: Book): string[] => [...BOOK_KINDS[book]];

/** Verified segments that an organisation paid for before a moment and that stand on no invoice yet, as the ledger moved them. */
export async function selectUninvoicedCharges(tx: Tx, organisationId: string, before: Date): Promise<SegmentCharge[]> {
  return sqlOf(tx).$queryRaw<SegmentCharge[]>`
    SELECT e."transferId", e."accountId", a.asset, -e."amountMicros" AS "amountMicros", s."jobId", j.name AS "jobName",
      s."index", s.commitment, o.name AS counterparty
    FROM ledger_account a JOIN ledger_entry e ON e."accountId" = a.id JOIN ledger_transfer t ON t.id = e."transferId"
    JOIN segment s ON s.id = substr(t."idempotencyKey", length('segment:') + 1)
    JOIN job j ON j.id = s."jobId" JOIN organisation o ON o.id = s."organisationId"
    WHERE a."organisationId" = ${organisationId} AND a.kind = 'hold' AND t.kind = 'segment' AND t."createdAt" < ${before}
      AND NOT EXISTS (SELECT 1 FROM document_entry d
        WHERE d.kind = 'invoice' AND d."transferId" = e."transferId" AND d."accountId" = e."accountId")
    ORDER BY e."transferId"`;
}

/** What a provider earned before a moment and no self-billed invoice names yet: segments and confirmed audits. */
export async function selectUnbilledEarnings(tx: Tx, organisationId: string, before: Date) {
  return sqlOf(tx).$queryRaw<(SegmentCharge & { kind: "segment" | "audit" })[]>`
    SELECT e."transferId", e."accountId", a.asset, e."amountMicros", s."jobId", j.name AS "jobName", s."index", s.commitment,
      b.name AS counterparty, t.kind
    FROM ledger_account a JOIN ledger_entry e ON e."accountId" = a.id JOIN ledger_transfer t ON t.id = e."transferId"
    LEFT JOIN audit u ON t.kind = 'audit' AND u.id = substr(t."idempotencyKey", length('audit:') + 1)
    JOIN segment s ON s.id = coalesce(u."segmentId", substr(t."idempotencyKey", length('segment:') + 1))
    JOIN job j ON j.id = s."jobId" JOIN organisation b ON b.id = j."organisationId"
    WHERE a."organisationId" = ${organisationId} AND a.kind = 'earnings' AND t.kind IN ('segment', 'audit')
      AND t."createdAt" < ${before}
      AND NOT EXISTS (SELECT 1 FROM document_entry d
        WHERE d.kind = 'self_billing' AND d."transferId" = e."transferId" AND d."accountId" = e."accountId")
    ORDER BY e."transferId"`;
}

/** Assets that an organisation ever had in a book. */
export async function selectAssets(tx: Tx, organisationId: string, book: Book): Promise<DocumentAsset[]> {
  const rows = await sqlOf(tx).$queryRaw<{ asset: DocumentAsset }[]>`
    SELECT DISTINCT a.asset FROM ledger_account a WHERE a."organisationId" = ${organisationId}
      AND a.kind = ANY(${bookKinds(book)}) AND EXISTS (SELECT 1 FROM ledger_entry e WHERE e."accountId" = a.id)
    ORDER BY a.asset`;
  return rows.map((row) => row.asset);
}

interface BookQuery {
  readonly organisationId: string;
  readonly book: Book;
  readonly asset: DocumentAsset;
}

/** A book's balance at a moment, added up from its entries. */
export async function balanceAt(tx: Tx, q: BookQuery, at: Date): Promise<bigint> {
  const rows = await sqlOf(tx).$queryRaw<{ total: bigint | null }[]>`
    SELECT sum(e."amountMicros")::bigint AS total
    FROM ledger_account a JOIN ledger_entry e ON e."accountId" = a.id JOIN ledger_transfer t ON t.id = e."transferId"
    WHERE a."organisationId" = ${q.organisationId} AND a.kind = ANY(${bookKinds(q.book)}) AND a.asset = ${q.asset}
      AND t."createdAt" < ${at}`;
  return rows[0]?.total ?? 0n;
}

/** Transfers that changed a book's balance, net per transfer: money that only moves inside the book is no movement of it. */
const bookMovements = (q: BookQuery, from: Date, to: Date): Prisma.Sql => Prisma.sql`
  SELECT t.id, t.kind, t.reference, t."createdAt", sum(e."amountMicros")::bigint AS net
  FROM ledger_account a JOIN ledger_entry e ON e."accountId" = a.id JOIN ledger_transfer t ON t.id = e."transferId"
  WHERE a."organisationId" = ${q.organisationId} AND a.kind = ANY(${bookKinds(q.book)}) AND a.asset = ${q.asset}
    AND t."createdAt" >= ${from} AND t."createdAt" < ${to}
  GROUP BY t.id HAVING sum(e."amountMicros") <> 0`;

/** A book's movements of a period by kind, for its statement. */
export async function selectMovementTotals(tx: Tx, q: BookQuery, from: Date, to: Date) {
  return sqlOf(tx).$queryRaw<{ kind: string; count: number; amountMicros: bigint }[]>`
    SELECT m.kind, count(*)::int AS count, sum(m.net)::bigint AS "amountMicros"
    FROM (${bookMovements(q, from, to)}) m GROUP BY m.kind ORDER BY m.kind`;
}

/** One day's movements of a book: what came or went, by kind and by what it was about. */
export interface DayMovement {
  readonly kind: string;
  readonly reference: string;
  readonly jobName: string | null;
  readonly count: number;
  readonly firstTransferId: bigint;
  readonly lastTransferId: bigint;
  readonly amountMicros: bigint;
}

export async function selectDayMovements(tx: Tx, q: BookQuery, from: Date, to: Date): Promise<DayMovement[]> {
  return sqlOf(tx).$queryRaw<DayMovement[]>`
    SELECT m.kind, m.reference, j.name AS "jobName", count(*)::int AS count, min(m.id) AS "firstTransferId",
      max(m.id) AS "lastTransferId", sum(m.net)::bigint AS "amountMicros"
    FROM (${bookMovements(q, from, to)}) m LEFT JOIN job j ON j.id = m.reference
    GROUP BY m.kind, m.reference, j.name ORDER BY min(m.id)`;
}

/** Days of a period on which a book moved, in order. */
export async function selectMovingDays(tx: Tx, q: BookQuery, from: Date, to: Date): Promise<Date[]> {
  const rows = await sqlOf(tx).$queryRaw<{ day: Date }[]>`
    SELECT DISTINCT date_trunc('day', m."createdAt", 'UTC') AS day FROM (${bookMovements(q, from, to)}) m ORDER BY day`;
  return rows.map((row) => row.day);
}

/** One entry of the full journal. */
export interface JournalRow {
  readonly transferId: bigint;
  readonly accountId: string;
  readonly accountKind: string;
  readonly asset: DocumentAsset;
  readonly at: Date;
  readonly kind: string;
  readonly reference: string;
  readonly idempotencyKey: string;
  readonly amountMicros: bigint;
  readonly balanceAfter: bigint | null;
}

/** A page of an organisation's entries of a period in the order of their transfers, after a given entry. */
export async function selectJournal(
  tx: Tx,
  q: {
    organisationId: string;
    asset: DocumentAsset;
    from: Date;
    to: Date;
    after: { transferId: bigint; accountId: string };
    limit: number;
  },
): Promise<JournalRow[]> {
  return sqlOf(tx).$queryRaw<JournalRow[]>`
    SELECT e."transferId", e."accountId", a.kind AS "accountKind", a.asset, t."createdAt" AS at, t.kind, t.reference,
      t."idempotencyKey", e."amountMicros", e."balanceAfter"
    FROM ledger_account a JOIN ledger_entry e ON e."accountId" = a.id JOIN ledger_transfer t ON t.id = e."transferId"
    WHERE a."organisationId" = ${q.organisationId} AND a.asset = ${q.asset}
      AND t."createdAt" >= ${q.from} AND t."createdAt" < ${q.to}
      AND (e."transferId", e."accountId" COLLATE "C") > (${q.after.transferId}, ${q.after.accountId} COLLATE "C")
    ORDER BY e."transferId", e."accountId" COLLATE "C" LIMIT ${q.limit}`;
}

/** Money that came in from outside or went back there, and has no receipt yet. */
export interface Payment {
  readonly transferId: bigint;
  readonly accountIds: string[];
  readonly organisationId: string;
  readonly asset: DocumentAsset;
  readonly at: Date;
  readonly reference: string;
  readonly amountMicros: bigint;
}

/** Transfers that may commit out of the order of their ids: how far behind the newest receipt is still looked. */
const LATE_TRANSFERS = 100_000n;

/** Payments without a receipt, oldest first: what changed an organisation's funds against a clearing account. */
export async function selectUnreceipted(tx: Tx, direction: "in" | "out", limit: number): Promise<Payment[]> {
  const [kind, sign, document] = direction === "in" ? ["%deposit%", 1, "receipt"] : ["%refund%", -1, "refund_receipt"];
  return sqlOf(tx).$queryRaw<Payment[]>`
    SELECT t.id AS "transferId", array_agg(e."accountId") AS "accountIds", a."organisationId", a.asset,
      t."createdAt" AS at, t.reference, abs(sum(e."amountMicros"))::bigint AS "amountMicros"
    FROM ledger_transfer t JOIN ledger_entry e ON e."transferId" = t.id JOIN ledger_account a ON a.id = e."accountId"
    WHERE t.kind LIKE ${kind} AND a."organisationId" IS NOT NULL AND a.kind = ANY(${bookKinds("funds")})
      AND t.id > (SELECT coalesce(max(d."transferId"), 0) - ${LATE_TRANSFERS} FROM document_entry d WHERE d.kind = ${document}::"DocumentKind")
      AND EXISTS (SELECT 1 FROM ledger_entry x JOIN ledger_account c ON c.id = x."accountId"
        WHERE x."transferId" = t.id AND c.kind = 'clearing')
      AND NOT EXISTS (SELECT 1 FROM document_entry d WHERE d.kind = ${document}::"DocumentKind" AND d."transferId" = t.id)
    GROUP BY t.id, a."organisationId", a.asset HAVING sign(sum(e."amountMicros")) = ${sign}
    ORDER BY t.id LIMIT ${limit}`;
}

/** The months in which an organisation's money moved, oldest first, as "2026-11". */
export async function selectActiveMonths(tx: Tx, organisationId: string) {
  return sqlOf(tx).$queryRaw<{ month: string; transfers: number }[]>`
    SELECT to_char(t."createdAt" AT TIME ZONE 'UTC', 'YYYY-MM') AS month, count(DISTINCT t.id)::int AS transfers
    FROM ledger_account a JOIN ledger_entry e ON e."accountId" = a.id JOIN ledger_transfer t ON t.id = e."transferId"
    WHERE a."organisationId" = ${organisationId} GROUP BY 1 ORDER BY 1`;
}

/** Organisations with a month before `before` in which money moved and which is not closed. */
export async function selectDueMonths(tx: Tx, before: string, limit: number) {
  return sqlOf(tx).$queryRaw<{ organisationId: string; month: string }[]>`
    SELECT x."organisationId", x.month FROM (
      SELECT DISTINCT a."organisationId", to_char(t."createdAt" AT TIME ZONE 'UTC', 'YYYY-MM') AS month
      FROM ledger_account a JOIN ledger_entry e ON e."accountId" = a.id JOIN ledger_transfer t ON t.id = e."transferId"
      WHERE a."organisationId" IS NOT NULL) x
    WHERE x.month < ${before} AND EXISTS (SELECT 1 FROM tax_profile p WHERE p."organisationId" = x."organisationId")
      AND NOT EXISTS (SELECT 1 FROM billing_period b WHERE b."organisationId" = x."organisationId" AND b.month = x.month)
    ORDER BY x.month, x."organisationId" LIMIT ${limit}`;
}

/** The transfer that an idempotency key names. */
export async function findTransferId(tx: Tx, idempotencyKey: string): Promise<bigint | null> {
  const found = await sqlOf(tx).ledgerTransfer.findUnique({ where: { idempotencyKey }, select: { id: true } });
  return found?.id ?? null;
}
