import { requireRole, type Context } from "@/kernel";
import { RunningCents } from "./cents";
import { DocumentSnapshot, type DocumentAsset } from "./documents/snapshot";
import { ExportRefused } from "./errors";
import type { BankRow } from "./exports/bank-row";
import { billLines, type BillLine } from "./exports/bills";
import { camt053 } from "./exports/camt053";
import { focus, type CostRow } from "./exports/focus";
import { journalCsv, journalJsonl } from "./exports/journal";
import { netsuiteBills, netsuiteParts } from "./exports/netsuite-bills";
import { quickbooks, QUICKBOOKS_ROWS_MAX } from "./exports/quickbooks";
import { xeroBills } from "./exports/xero-bills";
import { xeroStatement } from "./exports/xero-statement";
import { ExportInput, spanOf, type ExportFormat } from "./inputs";
import { organisationName } from "./organisation-name";
import type { SellerProfile } from "./seller-profile";
import { selectDocuments } from "./store/documents";
import { balanceAt, selectDayMovements, selectJournal, selectMovingDays, type JournalRow } from "./store/entries";
import { selectDayCosts } from "./store/spend";

const JOURNAL_PAGE = 1_000;
const DOCUMENTS_MAX = 5_000;
const DAY_MS = 86_400_000;

const FILES: Readonly<Record<ExportFormat, { readonly ending: string; readonly contentType: string }>> = {
  quickbooks: { ending: "quickbooks.csv", contentType: "text/csv; charset=utf-8" },
  "xero-statement": { ending: "xero-statement.csv", contentType: "text/csv; charset=utf-8" },
  "xero-bills": { ending: "xero-bills.csv", contentType: "text/csv; charset=utf-8" },
  "netsuite-bills": { ending: "netsuite-bills.csv", contentType: "text/csv; charset=utf-8" },
  "journal-csv": { ending: "journal.csv", contentType: "text/csv; charset=utf-8" },
  "journal-jsonl": { ending: "journal.jsonl", contentType: "application/x-ndjson" },
  focus: { ending: "focus.csv", contentType: "text/csv; charset=utf-8" },
  camt053: { ending: "camt053.xml", contentType: "application/xml" },
};

/** A file of an export, written while it is read. */
export interface ExportFile {
  readonly fileName: string;
  readonly contentType: string;
  readonly chunks: AsyncIterable<string>;
}

interface Scope {
  readonly organisationId: string;
  readonly asset: DocumentAsset;
  readonly from: Date;
  readonly to: Date;
}

/** One file of the organisation's books for a period and an asset, streamed straight from the ledger. */
export async function exportBooks(ctx: Context, seller: SellerProfile, input: ExportInput): Promise<ExportFile> {
  const { organisationId } = requireRole(ctx.actor, "finance", "viewer");
  const { format, asset, part, ...period } = ExportInput.parse(input);
  const scope = { organisationId, asset, ...spanOf(period) };
  const { ending, contentType } = FILES[format];
  const counted = part > 1 ? `-${part}` : "";
  return {
    fileName: `trainyard-${period.from}-${period.to}-${asset.toLowerCase()}${counted}-${ending}`,
    contentType,
    chunks: await contentOf(ctx, seller, format, scope, part),
  };
}

/** How many files an export of a period has: two formats limit how long one may be. */
export async function countExportParts(ctx: Context, input: ExportInput): Promise<{ parts: number }> {
  const { organisationId } = requireRole(ctx.actor, "finance", "viewer");
  const { format, asset, part: _part, ...period } = ExportInput.parse(input);
  const scope = { organisationId, asset, ...spanOf(period) };
  if (format === "quickbooks") {
    const opening = await balanceAt(ctx.database.reader, { ...scope, book: "funds" }, scope.from);
    const rows = await count(bankRows(ctx, scope, opening));
    return { parts: Math.max(1, Math.ceil(rows / QUICKBOOKS_ROWS_MAX)) };
  }
  if (format === "netsuite-bills") return { parts: Math.max(1, await count(netsuiteParts(bills(ctx, scope)))) };
  return { parts: 1 };
}

async function contentOf(
  ctx: Context,
  seller: SellerProfile,
  format: ExportFormat,
  scope: Scope,
  part: number,
): Promise<AsyncIterable<string>> {
  const { reader } = ctx.database;
  const funds = { ...scope, book: "funds" } as const;
  const opening = (): Promise<bigint> => balanceAt(reader, funds, scope.from);
  switch (format) {
    case "quickbooks":
      return quickbooks(bankRows(ctx, scope, await opening()), part);
    case "xero-statement":
      return xeroStatement(bankRows(ctx, scope, await opening()), seller.legalName);
    case "xero-bills":
      return xeroBills(flat(bills(ctx, scope)));
    case "netsuite-bills":
      return netsuiteBills(netsuiteParts(bills(ctx, scope)), part);
    case "journal-csv":
      return journalCsv(journalRows(ctx, scope));
    case "journal-jsonl":
      return journalJsonl(journalRows(ctx, scope));
    case "focus":
      return focus(costRows(ctx, scope), {
        organisationId: scope.organisationId,
        organisationName: await organisationName(reader, scope.organisationId),
        asset: scope.asset,
        issuerName: seller.legalName,
      });
    case "camt053":
      return camtFile(ctx, seller, scope, await opening());
  }
}

async function camtFile(
  ctx: Context,
  seller: SellerProfile,
  scope: Scope,
  openingMicros: bigint,
): Promise<AsyncIterable<string>> {
  const { organisationId, asset, from, to } = scope;
  if (asset !== "USD")
    throw new ExportRefused(
      "camt.053 knows only the currencies of ISO 4217, and USDC is none. Export the journal of USDC instead.",
    );
  const closingMicros = await balanceAt(ctx.database.reader, { ...scope, book: "funds" }, to);
  return camt053(bankRows(ctx, scope, openingMicros), {
    messageId: `TY-${from.toISOString().slice(0, 10)}-${organisationId.slice(-14)}`,
    createdAt: ctx.clock.now(),
    from,
    to,
    accountId: organisationId,
    accountName: "Prepaid balance",
    ownerName: await organisationName(ctx.database.reader, organisationId),
    servicerName: seller.legalName,
    currency: asset,
    openingMicros,
    closingMicros,
  });
}

/** A movement of less than half a cent may have no cents of its own; its amount is in the rows after it. */
async function* bankRows(ctx: Context, scope: Scope, openingMicros: bigint): AsyncGenerator<BankRow> {
  const { reader } = ctx.database;
  const query = { ...scope, book: "funds" } as const;
  const running = new RunningCents(openingMicros);
  for (const day of await selectMovingDays(reader, query, scope.from, scope.to)) {
    const next = new Date(day.getTime() + DAY_MS);
    for (const movement of await selectDayMovements(reader, query, day, next)) {
      const centsMicros = running.next(movement.amountMicros);
      if (centsMicros !== 0n) yield { ...movement, day: day.toISOString().slice(0, 10), centsMicros };
    }
  }
}

async function* journalRows(ctx: Context, scope: Scope): AsyncGenerator<JournalRow> {
  let after = { transferId: 0n, accountId: "" };
  for (;;) {
    const page = await selectJournal(ctx.database.reader, { ...scope, after, limit: JOURNAL_PAGE });
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < JOURNAL_PAGE) return;
    after = last;
  }
}

async function* costRows(ctx: Context, scope: Scope): AsyncGenerator<CostRow> {
  for (let at = scope.from.getTime(); at < scope.to.getTime(); at += DAY_MS) {
    const day = { from: new Date(at), to: new Date(at + DAY_MS) };
    yield* await selectDayCosts(ctx.database.reader, { ...scope, ...day, filter: {} });
  }
}

/** The invoices that were issued in the period, oldest first, each as its lines. */
async function* bills(ctx: Context, scope: Scope): AsyncGenerator<BillLine[]> {
  const { organisationId, asset, from, to } = scope;
  const query = { organisationId, kind: "invoice", from, to, limit: DOCUMENTS_MAX } as const;
  const invoices = await selectDocuments(ctx.database.reader, query);
  for (const invoice of invoices.reverse()) yield billLines(DocumentSnapshot.parse(invoice.snapshot), asset);
}

async function* flat<Row>(groups: AsyncIterable<readonly Row[]>): AsyncGenerator<Row> {
  for await (const group of groups) yield* group;
}

async function count(rows: AsyncIterable<unknown>): Promise<number> {
  let total = 0;
  for await (const _row of rows) total++;
  return total;
}
