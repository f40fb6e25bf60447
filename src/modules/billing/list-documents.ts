import { micros, NotFound, requireRole, type Context, type Micros } from "@/kernel";
import { DocumentSnapshot, type DocumentAsset, type DocumentKind } from "./documents/snapshot";
import { DocumentInput, ListDocumentsInput } from "./inputs";
import { makeFile } from "./make-file";
import { monthOf } from "./month";
import { findDocument, selectDocuments, selectPeriods } from "./store/documents";
import { selectActiveMonths } from "./store/entries";

const PAGE = 50;

export interface DocumentView {
  readonly id: string;
  readonly kind: DocumentKind;
  readonly number: string;
  readonly issuedAt: Date;
  readonly periodStart: Date | null;
  readonly periodEnd: Date | null;
  /** The payable total, or a statement's closing balance, by asset. */
  readonly totals: readonly { readonly asset: DocumentAsset; readonly amountMicros: Micros }[];
  readonly reference: string | null;
  readonly sha256: string | null;
}

/** The organisation's documents, newest first, a page of 50 before `beforeId`. */
export async function listDocuments(ctx: Context, input: ListDocumentsInput): Promise<DocumentView[]> {
  const { organisationId } = requireRole(ctx.actor, "finance", "viewer");
  const { kind, beforeId } = ListDocumentsInput.parse(input);
  const rows = await selectDocuments(ctx.database.reader, {
    organisationId,
    ...(kind === undefined ? {} : { kind }),
    ...(beforeId === undefined ? {} : { beforeId }),
    limit: PAGE,
  });
  return rows.map((row) => {
    const snapshot = DocumentSnapshot.parse(row.snapshot);
    return {
      id: row.id,
      kind: row.kind,
      number: row.number,
      issuedAt: row.issuedAt,
      periodStart: row.periodStart,
      periodEnd: row.periodEnd,
      totals: totalsOf(snapshot),
      reference: snapshot.reference,
      sha256: row.file?.sha256 ?? null,
    };
  });
}

function totalsOf({ sections, accounts }: DocumentSnapshot): DocumentView["totals"] {
  return [
    ...sections.map(({ asset, payableMicros }) => ({ asset, amountMicros: micros(BigInt(payableMicros)) })),
    ...accounts.map(({ asset, closingMicros }) => ({ asset, amountMicros: micros(BigInt(closingMicros)) })),
  ];
}

/** A document's PDF for download. */
export async function openDocument(
  ctx: Context,
  input: DocumentInput,
): Promise<{ bytes: Uint8Array; fileName: string; sha256: string }> {
  const { organisationId } = requireRole(ctx.actor, "finance", "viewer");
  const { documentId } = DocumentInput.parse(input);
  const document = await findDocument(ctx.database.reader, documentId, organisationId);
  if (document === null) throw new NotFound("document", documentId);
  const { sha256 } = document.file ?? (await makeFile(ctx, documentId));
  return { bytes: await ctx.blobs.get(sha256), fileName: `${document.number}.pdf`, sha256 };
}

/** A month in which money moved, and whether it is closed. The running month cannot be closed. */
export interface PeriodView {
  readonly month: string;
  readonly transfers: number;
  readonly state: "running" | "open" | "closed";
  readonly closedAt: Date | null;
}

/** The organisation's months, newest first. */
export async function listPeriods(ctx: Context): Promise<PeriodView[]> {
  const { organisationId } = requireRole(ctx.actor, "finance", "viewer");
  const closed = new Map(
    (await selectPeriods(ctx.database.reader, organisationId)).map((period) => [period.month, period.closedAt]),
  );
  const running = monthOf(ctx.clock.now());
  const months = await selectActiveMonths(ctx.database.reader, organisationId);
  return months.reverse().map(({ month, transfers }) => {
    const closedAt = closed.get(month) ?? null;
    const state = closedAt !== null ? "closed" : month >= running ? "running" : "open";
    return { month, transfers, state, closedAt };
  });
}
