import { buildSection } from "../documents/build-section";
import { segmentLines, type SegmentCharge } from "../documents/segment-lines";
import type { DocumentAsset, DocumentSnapshot } from "../documents/snapshot";
import { wordsOf } from "../documents/words";
import type { JobLabels } from "../labels";
import { decideTax } from "../tax/decide-tax";

const JOB = "job_06r5kq2h0a1b2c3d4e5f6g";
const ESCROWED = "job_06r5kq9zzz9y8x7w6v5t4s";

export const SAMPLE_LABELS: ReadonlyMap<string, JobLabels> = new Map([
  [JOB, { project: "Vision", costCentre: "CC-4711", purchaseOrder: "PO-2026-118", tags: { team: "perception" } }],
  [ESCROWED, { project: "Language", costCentre: "CC-0815", purchaseOrder: null, tags: {} }],
]);

/** Segments of one job, paid at one price each. */
export function sampleCharges(asset: DocumentAsset, count: number, amountMicros: bigint): SegmentCharge[] {
  const [jobId, jobName] = asset === "USD" ? [JOB, "digits, second run"] : [ESCROWED, "Łódź–Genève GPT"];
  return Array.from({ length: count }, (_, index) => ({
    transferId: BigInt(1000 + index) + (asset === "USDC" ? 500n : 0n),
    accountId: asset === "USD" ? `hold:${jobId}` : `hold:${jobId}@USDC`,
    asset,
    amountMicros,
    jobId,
    jobName,
    index,
    commitment: `${index.toString(16).padStart(4, "0")}${asset === "USD" ? "a1" : "b2"}`.padEnd(64, "7e"),
    counterparty: index < 5 ? "Northwind Compute" : "Fabrikam GPU",
  }));
}

/** An invoice over both rails, from a seller in Ireland to a business in Poland. */
export function sampleInvoice(changes: Partial<DocumentSnapshot> = {}): DocumentSnapshot {
  const language = changes.language ?? "en";
  const words = wordsOf(language);
  const tax = decideTax(
    { country: "IE", taxId: "IE0000000X", exemptionCertificate: null },
    { country: "PL", taxId: "PL5260001246", exemptionCertificate: null },
  );
  const section = (asset: DocumentAsset, count: number, amountMicros: bigint) =>
    buildSection({
      asset,
      settledBy: asset === "USD" ? "balance" : "escrow",
      lines: segmentLines(sampleCharges(asset, count, amountMicros), SAMPLE_LABELS, words),
      tax,
    });
  return {
    format: "trainyard-document/1",
    kind: "invoice",
    number: "INV-2026-000042",
    issuedAt: "2026-12-01T00:10:00.000Z",
    period: { from: "2026-11-01T00:00:00.000Z", to: "2026-12-01T00:00:00.000Z" },
    language,
    seller: {
      legalName: "Trainyard Sandbox Ltd",
      addressLines: ["1 Example Quay", "Dublin D02 XY00"],
      country: "IE",
      countryName: "Ireland",
      taxId: "IE0000000X",
      email: "billing@trainyard.example",
      profileVersion: null,
    },
    buyer: {
      legalName: "Acme AI Spółka z o.o. „Żółć”",
      addressLines: ["ul. Świętokrzyska 12/3", "00-916 Warszawa"],
      country: "PL",
      countryName: "Poland",
      taxId: "PL5260001246",
      email: "ap@acme.example",
      profileVersion: 3,
    },
    purchaseOrder: "PO-2026-118",
    reference: null,
    reason: null,
    sections: [section("USD", 8, 4_166_667n), section("USDC", 3, 1_250_001n)],
    accounts: [],
    footer: "Sandbox document: no real money moved and this company does not exist.",
    ...changes,
  };
}
