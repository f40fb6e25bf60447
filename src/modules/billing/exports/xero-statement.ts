import { csvLine } from "@/kernel";
import { decimalText } from "../cents";
import { bankReference, bankText, type BankRow } from "./bank-row";

/** Xero's bank statement upload. */
export async function* xeroStatement(rows: AsyncIterable<BankRow>, payee: string): AsyncGenerator<string> {
  yield csvLine(["Date", "Amount", "Payee", "Description", "Reference"]);
  for await (const row of rows)
    yield csvLine([row.day, { number: decimalText(row.centsMicros, 2) }, payee, bankText(row), bankReference(row)]);
}
