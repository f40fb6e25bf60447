import type { SellerProfile } from "../seller-profile";
import type { ProfileRecord } from "../store/profiles";
import { decideTax } from "../tax/decide-tax";
import { buildSection, type LineDraft } from "./build-section";
import { organisationParty, organisationTaxParty, platformParty, platformTaxParty } from "./party";
import { segmentLines, type SegmentCharge } from "./segment-lines";
import { DocumentAsset, type DocumentDraft } from "./snapshot";
import { languageOf, wordsOf } from "./words";

export type Earning = SegmentCharge & { readonly kind: "segment" | "audit" };

/** The invoice that the platform writes in a provider's name, for what it bought of the provider: segments and audits. */
export function draftSelfBilling(d: {
  platform: SellerProfile;
  providerName: string;
  profile: ProfileRecord;
  earnings: readonly Earning[];
  period: { from: Date; to: Date };
}): DocumentDraft {
  const language = languageOf(d.profile.language);
  const words = wordsOf(language);
  const tax = decideTax(organisationTaxParty(d.profile), platformTaxParty(d.platform));
  const linesOf = (kind: Earning["kind"], asset: DocumentAsset): LineDraft[] =>
    segmentLines(
      d.earnings.filter((earning) => earning.kind === kind && earning.asset === asset),
      new Map(),
      kind === "segment" ? words : { ...words, segments: words.audits },
    ).map((line) => ({ ...line, unit: kind }));
  const sections = DocumentAsset.options.flatMap((asset) => {
    const lines = [...linesOf("segment", asset), ...linesOf("audit", asset)];
    return lines.length === 0 ? [] : [buildSection({ asset, settledBy: "earnings", lines, tax })];
  });
  return {
    kind: "self_billing",
    period: { from: d.period.from.toISOString(), to: d.period.to.toISOString() },
    language,
    seller: organisationParty(d.providerName, d.profile),
    buyer: platformParty(d.platform),
    purchaseOrder: null,
    reference: null,
    reason: null,
    sections,
    accounts: [],
    footer: d.platform.footer,
  };
}
