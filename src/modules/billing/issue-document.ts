import { newId, record, type Actor, type Context, type Tx } from "@/kernel";
import { actorName } from "@/kernel";
import { parseEntryId } from "./entry-id";
import { hashSnapshot } from "./documents/hash-snapshot";
import type { DocumentDraft, DocumentSnapshot } from "./documents/snapshot";
import { findDocumentBySource, insertDocument, insertEntries, takeNumber } from "./store/documents";

/** Number series by kind of document; a year's first document is number 1. */
const PREFIXES: Record<DocumentDraft["kind"], string> = {
  receipt: "RCP",
  refund_receipt: "RFD",
  invoice: "INV",
  credit_note: "CRN",
  statement: "STM",
  self_billing: "SBI",
};
const DIGITS = 6;

export interface Issue {
  readonly actor: Actor;
  readonly organisationId: string;
  /** Who issues in law: its numbers have no gap. */
  readonly legalEntity: string;
  /** What the document is about; the same again answers the first document. */
  readonly source: string;
  readonly draft: DocumentDraft;
  readonly documentId?: string;
  readonly invoiceId?: string;
}

/**
 * Issues a document inside the caller's transaction: takes the next number of its series, freezes the snapshot, and notes
 * the ledger entries of every line. Idempotent on organisation, kind and source. The caller holds the organisation's
 * billing lock.
 */
export async function issueDocument(
  ctx: Context,
  tx: Tx,
  issue: Issue,
): Promise<{ documentId: string; number: string; issued: boolean }> {
  const { actor, organisationId, legalEntity, source, draft } = issue;
  const known = await findDocumentBySource(tx, organisationId, draft.kind, source);
  if (known !== null) return { documentId: known.id, number: known.number, issued: false };
  const issuedAt = ctx.clock.now();
  const series = `${PREFIXES[draft.kind]}-${issuedAt.getUTCFullYear()}`;
  const sequence = await takeNumber(tx, legalEntity, series);
  const number = `${series}-${String(sequence).padStart(DIGITS, "0")}`;
  const snapshot: DocumentSnapshot = {
    format: "trainyard-document/1",
    number,
    issuedAt: issuedAt.toISOString(),
    ...draft,
  };
  const documentId = issue.documentId ?? newId("document", issuedAt.getTime());
  await insertDocument(tx, {
    id: documentId,
    organisationId,
    kind: draft.kind,
    legalEntity,
    series,
    sequence,
    number,
    source,
    profileVersion: (draft.kind === "self_billing" ? draft.seller : draft.buyer).profileVersion,
    periodStart: draft.period?.from ?? null,
    periodEnd: draft.period?.to ?? null,
    invoiceId: issue.invoiceId ?? null,
    issuedBy: actorName(actor),
    issuedAt,
    snapshot,
    snapshotHash: hashSnapshot(snapshot),
  });
  const entries = draft.sections.flatMap(({ lines }, section) =>
    lines.flatMap(({ entryIds }, line) =>
      entryIds.map((id) => ({ kind: draft.kind, documentId, section, line, ...parseEntryId(id) })),
    ),
  );
  await insertEntries(tx, entries);
  await record(tx, actor, {
    action: "billing.document-issued",
    target: documentId,
    organisationId,
    details: { kind: draft.kind, number },
  });
  return { documentId, number, issued: true };
}
