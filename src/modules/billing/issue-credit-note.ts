import { assert, Forbidden, formatUsd, micros, newId, NotFound, requireRole, type Context, type Tx } from "@/kernel";
import { postCredit } from "@/modules/ledger";
import { creditableMicros, draftCreditNote, type CreditLine } from "./documents/draft-credit-note";
import { DocumentSnapshot } from "./documents/snapshot";
import { entryId } from "./entry-id";
import { CreditRefused } from "./errors";
import { IssueCreditNoteInput } from "./inputs";
import { issueDocument } from "./issue-document";
import { makeFile } from "./make-file";
import type { SellerProfile } from "./seller-profile";
import { findAnyDocument, findDocumentBySource, selectCredits } from "./store/documents";
import { findTransferId } from "./store/entries";
import { findOrganisation, lockBilling } from "./store/profiles";

/**
 * Gives back part of what an invoice took: posts the money to the buyer's balance at the platform's expense and issues the
 * credit note that refers to the invoice, in one transaction. Only the platform's own finance may. Idempotent on the key.
 */
export async function issueCreditNote(
  ctx: Context,
  seller: SellerProfile,
  input: IssueCreditNoteInput,
): Promise<{ documentId: string }> {
  const actor = requireRole(ctx.actor, "finance");
  const { invoiceId, lines, reason, idempotencyKey } = IssueCreditNoteInput.parse(input);
  const { documentId } = await ctx.database.transaction(async (tx) => {
    const own = await findOrganisation(tx, actor.organisationId);
    if (own?.isPlatform !== true)
      throw new Forbidden("Credit notes are issued by the platform. Ask its support about the invoice.");
    const invoice = await findAnyDocument(tx, invoiceId);
    if (invoice?.kind !== "invoice") throw new NotFound("invoice", invoiceId);
    const { organisationId } = invoice;
    await lockBilling(tx, organisationId);
    const source = `credit:${idempotencyKey}`;
    const known = await findDocumentBySource(tx, organisationId, "credit_note", source);
    if (known !== null) return { documentId: known.id };
    const snapshot = DocumentSnapshot.parse(invoice.snapshot);
    await refuseTooMuch(tx, { invoiceId, snapshot, lines });
    const noteId = newId("document", ctx.clock.now().getTime());
    const credits: CreditLine[] = [];
    for (const line of lines) credits.push(await post(tx, { noteId, organisationId, snapshot, line }));
    const draft = draftCreditNote({ invoice: snapshot, seller, credits, reason });
    const { legalEntity } = invoice;
    return issueDocument(ctx, tx, { actor, organisationId, legalEntity, source, draft, documentId: noteId, invoiceId });
  });
  await makeFile(ctx, documentId);
  return { documentId };
}

type Line = IssueCreditNoteInput["lines"][number];

async function refuseTooMuch(
  tx: Tx,
  c: { invoiceId: string; snapshot: DocumentSnapshot; lines: readonly Line[] },
): Promise<void> {
  const notes = (await selectCredits(tx, c.invoiceId)).map((note) => DocumentSnapshot.parse(note.snapshot));
  if (new Set(c.lines.map(({ section, line }) => `${section}/${line}`)).size !== c.lines.length)
    throw new CreditRefused("A line is named twice. Name each line of the invoice once, with the whole of its credit.");
  for (const line of c.lines) {
    const left = creditableMicros(c.snapshot, notes, line);
    if (left === null)
      throw new CreditRefused(
        `The invoice has no line ${line.line} in section ${line.section}. Choose one of its lines.`,
      );
    if (c.snapshot.sections[line.section]?.asset !== "USD")
      throw new CreditRefused(
        "What was paid in USDC went through the escrow contract and is given back there, not on the balance. Credit the lines in dollars.",
      );
    if (left < line.amountMicros)
      throw new CreditRefused(
        `The credit of ${formatUsd(line.amountMicros)} is more than the ${formatUsd(left)} that is left of this line.`,
        { leftMicros: String(left), requestedMicros: String(line.amountMicros) },
      );
  }
}

async function post(
  tx: Tx,
  c: { noteId: string; organisationId: string; snapshot: DocumentSnapshot; line: Line },
): Promise<CreditLine> {
  const { section, line, amountMicros } = c.line;
  const { idempotencyKey, accountId } = await postCredit(tx, {
    creditId: c.noteId,
    line: `${section}.${line}`,
    organisationId: c.organisationId,
    reference: c.snapshot.sections[section]?.lines[line]?.jobId ?? c.noteId,
    amount: micros(amountMicros),
  });
  const transferId = await findTransferId(tx, idempotencyKey);
  assert(transferId !== null, "the transfer was posted in this transaction");
  return { section, line, amountMicros, entryId: entryId({ transferId, accountId }) };
}
