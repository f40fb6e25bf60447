import { csvLine } from "@/kernel";
import { decimalText } from "../cents";
import { entryId } from "../entry-id";
import type { JournalRow } from "../store/entries";

const COLUMNS = [
  "entry_id",
  "transfer_id",
  "account_id",
  "account_kind",
  "asset",
  "time",
  "kind",
  "reference",
  "idempotency_key",
  "amount",
  "amount_micros",
  "balance_after_micros",
] as const;

/** Every entry on the organisation's accounts with the ledger's own ids, exact to the micro-dollar. */
export async function* journalCsv(rows: AsyncIterable<JournalRow>): AsyncGenerator<string> {
  yield csvLine(COLUMNS);
  for await (const row of rows)
    yield csvLine([
      entryId(row),
      { number: String(row.transferId) },
      row.accountId,
      row.accountKind,
      row.asset,
      row.at.toISOString(),
      row.kind,
      row.reference,
      row.idempotencyKey,
      { number: decimalText(row.amountMicros, 6) },
      { number: String(row.amountMicros) },
      { number: row.balanceAfter === null ? "" : String(row.balanceAfter) },
    ]);
}

/** The same as one JSON object a line; amounts are micro-dollars as text, since JSON numbers cannot hold them all. */
export async function* journalJsonl(rows: AsyncIterable<JournalRow>): AsyncGenerator<string> {
  for await (const row of rows)
    yield `${JSON.stringify({
      entryId: entryId(row),
      transferId: String(row.transferId),
      accountId: row.accountId,
      accountKind: row.accountKind,
      asset: row.asset,
      time: row.at.toISOString(),
      kind: row.kind,
      reference: row.reference,
      idempotencyKey: row.idempotencyKey,
      amountMicros: String(row.amountMicros),
      balanceAfterMicros: row.balanceAfter === null ? null : String(row.balanceAfter),
    })}\n`;
}
