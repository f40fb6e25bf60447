import { TaxProfileMissing } from "../errors";
import type { JobLabels } from "../labels";
import type { SellerProfile } from "../seller-profile";
import type { ProfileRecord } from "../store/profiles";
import { decideTax } from "../tax/decide-tax";
import { buildSection } from "./build-section";
import { organisationParty, organisationTaxParty, platformParty, platformTaxParty } from "./party";
import { segmentLines, type SegmentCharge } from "./segment-lines";
import { DocumentAsset, type DocumentDraft } from "./snapshot";
import { languageOf, wordsOf } from "./words";

/** Refuses to put an organisation on a tax document that it has given no name and address for. */
export function requireProfile(profile: ProfileRecord | null): ProfileRecord {
  if (profile !== null) return profile;
  throw new TaxProfileMissing(
    "An invoice needs your legal name, address and country, and there is no tax profile yet. Fill it in under Billing, Tax profile, then try again.",
  );
}

/** The tax invoice of verified segments: one section an asset, since what was paid in dollars and in USDC is never one sum. */
export function draftInvoice(d: {
  seller: SellerProfile;
  buyerName: string;
  profile: ProfileRecord;
  charges: readonly SegmentCharge[];
  labels: ReadonlyMap<string, JobLabels>;
  period: { from: Date; to: Date };
}): DocumentDraft {
  const language = languageOf(d.profile.language);
  const words = wordsOf(language);
  const tax = decideTax(platformTaxParty(d.seller), organisationTaxParty(d.profile));
  const sections = DocumentAsset.options.flatMap((asset) => {
    const charges = d.charges.filter((charge) => charge.asset === asset);
    if (charges.length === 0) return [];
    const settledBy = asset === "USD" ? ("balance" as const) : ("escrow" as const);
    return [buildSection({ asset, settledBy, lines: segmentLines(charges, d.labels, words), tax })];
  });
  const orders = new Set(sections.flatMap(({ lines }) => lines.map((line) => line.labels.purchaseOrder)));
  const [only] = orders;
  return {
    kind: "invoice",
    period: { from: d.period.from.toISOString(), to: d.period.to.toISOString() },
    language,
    seller: platformParty(d.seller),
    buyer: organisationParty(d.buyerName, d.profile),
    purchaseOrder: orders.size === 1 && only ? only : d.profile.purchaseOrder,
    reference: null,
    reason: null,
    sections,
    accounts: [],
    footer: d.seller.footer,
  };
}
