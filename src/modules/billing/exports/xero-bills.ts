import { csvLine } from "@/kernel";
import { decimalText } from "../cents";
import type { BillLine } from "./bills";

const COLUMNS = [
  "*ContactName",
  "*InvoiceNumber",
  "*InvoiceDate",
  "*DueDate",
  "*Description",
  "*Quantity",
  "*UnitAmount",
  "*AccountCode",
  "*TaxType",
  "TrackingName1",
  "TrackingOption1",
  "Currency",
] as const;

/** General expenses in Xero's own chart of accounts; a bookkeeper maps it on import. */
const ACCOUNT_CODE = "429";

/** Xero's bills upload. Amounts include tax; one of each line, since a segment's price has more digits than a bill may have. */
export async function* xeroBills(lines: AsyncIterable<BillLine>): AsyncGenerator<string> {
  yield csvLine(COLUMNS);
  for await (const line of lines)
    yield csvLine([
      line.vendor,
      line.invoiceNumber,
      line.date,
      line.date,
      line.description,
      { number: "1" },
      { number: decimalText(line.centsMicros, 2) },
      ACCOUNT_CODE,
      line.rateBps > 0 ? "Tax on Purchases" : "Tax Exempt",
      line.costCentre === null ? "" : "Cost centre",
      line.costCentre ?? "",
      line.asset,
    ]);
}
