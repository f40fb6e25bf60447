import { entryId } from "../entry-id";
import { NO_LABELS } from "../labels";
import type { SellerProfile } from "../seller-profile";
import type { Payment } from "../store/entries";
import type { ProfileRecord } from "../store/profiles";
import type { TaxDecision } from "../tax/decide-tax";
import { buildSection } from "./build-section";
import { organisationParty, platformParty } from "./party";
import type { DocumentDraft } from "./snapshot";
import { languageOf, wordsOf } from "./words";

/** A balance may be spent on supplies of several tax treatments, so it is taxed when it is spent and not when it is filled. */
const UNTAXED: TaxDecision = {
  treatment: "none",
  category: "O",
  country: null,
  rateBps: 0n,
  wording: "This is no tax invoice: tax is accounted for when the balance is consumed.",
};

/** The receipt of one payment: money in, or money back to where it came from. */
export function draftReceipt(d: {
  kind: "receipt" | "refund_receipt";
  seller: SellerProfile;
  name: string;
  profile: ProfileRecord | null;
  payment: Payment;
}): DocumentDraft {
  const language = languageOf(d.profile?.language ?? "en");
  const words = wordsOf(language);
  const { payment } = d;
  return {
    kind: d.kind,
    period: null,
    language,
    seller: platformParty(d.seller),
    buyer: organisationParty(d.name, d.profile),
    purchaseOrder: d.profile?.purchaseOrder ?? null,
    reference: payment.reference,
    reason: null,
    sections: [
      buildSection({
        asset: payment.asset,
        settledBy: "rail",
        tax: UNTAXED,
        lines: [
          {
            description: d.kind === "receipt" ? words.payment : words.refund,
            jobId: null,
            jobName: null,
            counterparty: payment.at.toISOString().slice(0, 10),
            labels: { ...NO_LABELS, tags: {} },
            evidence: null,
            quantity: 1,
            unit: "payment",
            amountMicros: payment.amountMicros,
            entryIds: payment.accountIds.map((accountId) => entryId({ transferId: payment.transferId, accountId })),
          },
        ],
      }),
    ],
    accounts: [],
    footer: d.seller.footer,
  };
}
