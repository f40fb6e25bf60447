import { csvLine } from "@/kernel";
import { decimalText } from "../cents";
import type { BillLine } from "./bills";

/** NetSuite's import assistant reads no more lines of one file on the ordinary queue. */
export const NETSUITE_LINES_MAX = 5_000;

const COLUMNS = [
  "External ID",
  "Vendor",
  "Date",
  "Reference No.",
  "Currency",
  "Account",
  "Amount",
  "Memo",
  "Department",
  "Class",
  "Location",
] as const;

/**
 * Groups bills into files: a bill's lines stay together, since NetSuite makes one transaction of the lines that share an
 * external id. A bill that is larger than a file alone goes on in the next one under an id of its own.
 */
export async function* netsuiteParts(bills: AsyncIterable<readonly BillLine[]>): AsyncGenerator<BillLine[]> {
  let file: BillLine[] = [];
  for await (const bill of bills)
    for (let start = 0; start < bill.length; start += NETSUITE_LINES_MAX) {
      const piece = bill.slice(start, start + NETSUITE_LINES_MAX).map((line) => ({
        ...line,
        invoiceNumber: start === 0 ? line.invoiceNumber : `${line.invoiceNumber}-${start / NETSUITE_LINES_MAX + 1}`,
      }));
      if (file.length + piece.length > NETSUITE_LINES_MAX) {
        yield file;
        file = [];
      }
      file.push(...piece);
    }
  if (file.length > 0) yield file;
}

/** NetSuite's vendor bill import, with the external id on every line. */
export async function* netsuiteBills(parts: AsyncIterable<readonly BillLine[]>, part: number): AsyncGenerator<string> {
  yield csvLine(COLUMNS);
  let index = 0;
  for await (const lines of parts) {
    index++;
    if (index < part) continue;
    if (index > part) return;
    for (const line of lines)
      yield csvLine([
        `trainyard-${line.invoiceNumber}-${line.asset}`,
        line.vendor,
        line.date,
        line.invoiceNumber,
        line.asset,
        "Cloud services",
        { number: decimalText(line.centsMicros, 2) },
        line.purchaseOrder === null ? line.description : `${line.description} · PO ${line.purchaseOrder}`,
        line.costCentre ?? "",
        line.project ?? "",
        "",
      ]);
  }
}
