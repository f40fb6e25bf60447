import { sumMicros, micros } from "@/kernel";
import { roundToCents } from "../cents";
import { splitTax, type TaxDecision } from "../tax/decide-tax";
import type { DocumentAsset, DocumentLine, DocumentSection } from "./snapshot";

/** A line before its tax is known. Its amount includes the tax, as the ledger moved it. */
export type LineDraft = Omit<DocumentLine, "netMicros" | "taxMicros" | "grossMicros"> & {
  readonly amountMicros: bigint;
};

/** Puts one asset's lines together: tax line by line, totals as their sums, and the payable total by the one rounding rule. */
export function buildSection(s: {
  asset: DocumentAsset;
  settledBy: DocumentSection["settledBy"];
  lines: readonly LineDraft[];
  tax: TaxDecision;
}): DocumentSection {
  const lines = s.lines.map(({ amountMicros, ...line }) => {
    const { net, tax } = splitTax(amountMicros, s.tax.rateBps);
    return { ...line, netMicros: String(net), taxMicros: String(tax), grossMicros: String(amountMicros) };
  });
  const sumOf = (field: "netMicros" | "taxMicros" | "grossMicros"): bigint =>
    sumMicros(lines.map((line) => micros(BigInt(line[field]))));
  const gross = sumOf("grossMicros");
  const { payable, rounding } = roundToCents(gross);
  return {
    asset: s.asset,
    settledBy: s.settledBy,
    lines,
    tax: { ...s.tax, rateBps: Number(s.tax.rateBps) },
    netMicros: String(sumOf("netMicros")),
    taxMicros: String(sumOf("taxMicros")),
    grossMicros: String(gross),
    roundingMicros: String(rounding),
    payableMicros: String(payable),
  };
}
