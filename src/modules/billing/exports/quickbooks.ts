import { csvLine } from "@/kernel";
import { decimalText } from "../cents";
import { bankText, type BankRow } from "./bank-row";
import { takePart } from "./part";

/** QuickBooks Online takes no more rows in one upload. */
export const QUICKBOOKS_ROWS_MAX = 1_000;

/** QuickBooks Online's bank upload with three columns: dates as MM/DD/YYYY, amounts signed and without symbols. */
export async function* quickbooks(rows: AsyncIterable<BankRow>, part: number): AsyncGenerator<string> {
  yield csvLine(["Date", "Description", "Amount"]);
  for await (const row of takePart(rows, part, QUICKBOOKS_ROWS_MAX)) {
    const [year, month, day] = row.day.split("-");
    yield csvLine([`${month}/${day}/${year}`, bankText(row), { number: decimalText(row.centsMicros, 2) }]);
  }
}
