import { requireSystem, type Context } from "@/kernel";
import { draftReceipt } from "./documents/draft-receipt";
import { issueDocument } from "./issue-document";
import { makeFile } from "./make-file";
import { organisationName } from "./organisation-name";
import type { SellerProfile } from "./seller-profile";
import { selectUnreceipted, type Payment } from "./store/entries";
import { findProfile, lockBilling } from "./store/profiles";

const RECEIPTS_PER_RUN = 50;

/** Task: issues a receipt for every payment in and every refund out that the ledger booked. Repeating it changes nothing. */
export async function issueReceipts(ctx: Context, seller: SellerProfile): Promise<number> {
  requireSystem(ctx.actor);
  let issued = 0;
  for (const [direction, kind] of [
    ["in", "receipt"],
    ["out", "refund_receipt"],
  ] as const) {
    const payments = await selectUnreceipted(ctx.database.reader, direction, RECEIPTS_PER_RUN);
    for (const payment of payments) await issueReceipt(ctx, seller, kind, payment);
    issued += payments.length;
  }
  return issued;
}

async function issueReceipt(
  ctx: Context,
  seller: SellerProfile,
  kind: "receipt" | "refund_receipt",
  payment: Payment,
): Promise<void> {
  const { organisationId } = payment;
  const { documentId } = await ctx.database.transaction(async (tx) => {
    await lockBilling(tx, organisationId);
    const draft = draftReceipt({
      kind,
      seller,
      name: await organisationName(tx, organisationId),
      profile: await findProfile(tx, organisationId),
      payment,
    });
    const source = `transfer:${payment.transferId}`;
    return issueDocument(ctx, tx, { actor: ctx.actor, organisationId, legalEntity: seller.legalEntity, source, draft });
  });
  await makeFile(ctx, documentId);
}
