import type { SellerProfile } from "../seller-profile";
import type { ProfileRecord } from "../store/profiles";
import { organisationParty, platformParty } from "./party";
import type { DocumentDraft, StatementAccount } from "./snapshot";
import { languageOf } from "./words";

/** The statement of a month: every book and asset by itself, opening + movements = closing. */
export function draftStatement(d: {
  seller: SellerProfile;
  name: string;
  profile: ProfileRecord | null;
  accounts: readonly StatementAccount[];
  period: { from: Date; to: Date };
}): DocumentDraft {
  return {
    kind: "statement",
    period: { from: d.period.from.toISOString(), to: d.period.to.toISOString() },
    language: languageOf(d.profile?.language ?? "en"),
    seller: platformParty(d.seller),
    buyer: organisationParty(d.name, d.profile),
    purchaseOrder: null,
    reference: null,
    reason: null,
    sections: [],
    accounts: [...d.accounts],
    footer: d.seller.footer,
  };
}
