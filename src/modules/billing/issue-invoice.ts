import { requireRole, type Context } from "@/kernel";
import { draftInvoice, requireProfile } from "./documents/draft-invoice";
import { NothingToInvoice } from "./errors";
import { IssueInvoiceInput } from "./inputs";
import { issueDocument } from "./issue-document";
import { makeFile } from "./make-file";
import { monthOf, monthSpan } from "./month";
import { organisationName } from "./organisation-name";
import type { SellerProfile } from "./seller-profile";
import { findDocumentBySource } from "./store/documents";
import { selectUninvoicedCharges } from "./store/entries";
import { selectLabels } from "./store/labels";
import { findProfile, lockBilling } from "./store/profiles";

/**
 * Invoices what was verified since the last invoice, before the month ends; closing the month invoices the rest. Idempotent
 * on the key.
 */
export async function issueInvoice(
  ctx: Context,
  seller: SellerProfile,
  input: IssueInvoiceInput,
): Promise<{ documentId: string }> {
  const actor = requireRole(ctx.actor, "finance");
  const { idempotencyKey } = IssueInvoiceInput.parse(input);
  const { organisationId } = actor;
  const source = `interim:${idempotencyKey}`;
  const { documentId } = await ctx.database.transaction(async (tx) => {
    await lockBilling(tx, organisationId);
    const known = await findDocumentBySource(tx, organisationId, "invoice", source);
    if (known !== null) return { documentId: known.id };
    const profile = requireProfile(await findProfile(tx, organisationId));
    const to = ctx.clock.now();
    const charges = await selectUninvoicedCharges(tx, organisationId, to);
    if (charges.length === 0)
      throw new NothingToInvoice(
        "Nothing was verified since the last invoice. An invoice lists verified segments; run a job first.",
      );
    const draft = draftInvoice({
      seller,
      buyerName: await organisationName(tx, organisationId),
      profile,
      charges,
      labels: await selectLabels(tx, [...new Set(charges.map((charge) => charge.jobId))]),
      period: { from: monthSpan(monthOf(to)).from, to },
    });
    return issueDocument(ctx, tx, { actor, organisationId, legalEntity: seller.legalEntity, source, draft });
  });
  await makeFile(ctx, documentId);
  return { documentId };
}
