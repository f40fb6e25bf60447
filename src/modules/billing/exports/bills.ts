import type { Micros } from "@/kernel";
import { RunningCents } from "../cents";
import type { DocumentAsset, DocumentSnapshot } from "../documents/snapshot";

/** One line of an invoice as a bill of an accounting program. */
export interface BillLine {
  readonly invoiceNumber: string;
  readonly vendor: string;
  /** As "2026-12-01". The invoice is paid already, so it is due the day it is issued. */
  readonly date: string;
  readonly asset: DocumentAsset;
  readonly description: string;
  readonly quantity: number;
  readonly centsMicros: Micros;
  readonly rateBps: number;
  readonly costCentre: string | null;
  readonly project: string | null;
  readonly purchaseOrder: string | null;
}

/** An invoice's lines in one asset. In whole cents, taken from the running sum, so that they add up to the payable total. */
export function billLines(invoice: DocumentSnapshot, asset: DocumentAsset): BillLine[] {
  const section = invoice.sections.find((candidate) => candidate.asset === asset);
  if (section === undefined) return [];
  const running = new RunningCents(0n);
  return section.lines.map((line) => ({
    invoiceNumber: invoice.number,
    vendor: invoice.seller.legalName,
    date: invoice.issuedAt.slice(0, 10),
    asset,
    description: [line.description, line.jobName, line.jobId].filter((part) => part !== null).join(" · "),
    quantity: line.quantity,
    centsMicros: running.next(BigInt(line.grossMicros)),
    rateBps: section.tax.rateBps,
    costCentre: line.labels.costCentre,
    project: line.labels.project,
    purchaseOrder: line.labels.purchaseOrder ?? invoice.purchaseOrder,
  }));
}
