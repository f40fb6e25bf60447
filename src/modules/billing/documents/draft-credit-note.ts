import type { SellerProfile } from "../seller-profile";
import { buildSection, type LineDraft } from "./build-section";
import type { DocumentDraft, DocumentSnapshot } from "./snapshot";

/** What is credited of one line of an invoice, and the ledger entry that gave it back. */
export interface CreditLine {
  readonly section: number;
  readonly line: number;
  readonly amountMicros: bigint;
  readonly entryId: string;
}

/** The credit note of an invoice: its parties, its tax and its lines as they were issued, with what was given back of each. */
export function draftCreditNote(d: {
  invoice: DocumentSnapshot;
  seller: SellerProfile;
  credits: readonly CreditLine[];
  reason: string;
}): DocumentDraft {
  const sections = d.invoice.sections.flatMap((section, index) => {
    const credits = d.credits.filter((credit) => credit.section === index);
    const lines = credits.flatMap((credit): LineDraft[] => {
      const line = section.lines[credit.line];
      if (line === undefined) return [];
      const { netMicros: _net, taxMicros: _tax, grossMicros: _gross, ...facts } = line;
      return [{ ...facts, quantity: 1, unit: "credit", amountMicros: credit.amountMicros, entryIds: [credit.entryId] }];
    });
    if (lines.length === 0) return [];
    const tax = { ...section.tax, rateBps: BigInt(section.tax.rateBps) } as Parameters<typeof buildSection>[0]["tax"];
    return [buildSection({ asset: section.asset, settledBy: section.settledBy, lines, tax })];
  });
  const { language, seller, buyer, purchaseOrder, number } = d.invoice;
  return {
    kind: "credit_note",
    period: d.invoice.period,
    language,
    seller,
    buyer,
    purchaseOrder,
    reference: number,
    reason: d.reason,
    sections,
    accounts: [],
    footer: d.seller.footer,
  };
}

/** What is left of an invoice's line after the credit notes that were issued on it. */
export function creditableMicros(
  invoice: DocumentSnapshot,
  credits: readonly DocumentSnapshot[],
  at: { section: number; line: number },
): bigint | null {
  const line = invoice.sections[at.section]?.lines[at.line];
  if (line === undefined) return null;
  const asset = invoice.sections[at.section]?.asset;
  const credited = credits
    .flatMap((note) => note.sections.filter((section) => section.asset === asset).flatMap(({ lines }) => lines))
    .filter((credit) => credit.jobId === line.jobId && sameRange(credit.evidence, line.evidence))
    .reduce((sum, credit) => sum + BigInt(credit.grossMicros), 0n);
  return BigInt(line.grossMicros) - credited;
}

type Evidence = DocumentSnapshot["sections"][number]["lines"][number]["evidence"];

/** Lines of an invoice are ranges of a job's segments that never overlap, so their range names them. */
function sameRange(one: Evidence, other: Evidence): boolean {
  return one?.firstIndex === other?.firstIndex && one?.lastIndex === other?.lastIndex;
}
