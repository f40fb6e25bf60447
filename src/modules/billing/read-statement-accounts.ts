import type { Tx } from "@/kernel";
import type { StatementAccount } from "./documents/snapshot";
import { balanceAt, selectAssets, selectMovementTotals, type Book } from "./store/entries";

const BOOKS: readonly Book[] = ["funds", "earnings"];

/** Every book and asset of an organisation over a period, added up from the ledger's entries. */
export async function readStatementAccounts(
  tx: Tx,
  organisationId: string,
  period: { from: Date; to: Date },
): Promise<StatementAccount[]> {
  const accounts: StatementAccount[] = [];
  for (const book of BOOKS)
    for (const asset of await selectAssets(tx, organisationId, book)) {
      const query = { organisationId, book, asset };
      const movements = await selectMovementTotals(tx, query, period.from, period.to);
      const opening = await balanceAt(tx, query, period.from);
      const closing = await balanceAt(tx, query, period.to);
      if (movements.length === 0 && opening === 0n && closing === 0n) continue;
      accounts.push({
        asset,
        book,
        openingMicros: String(opening),
        movements: movements.map(({ kind, count, amountMicros }) => ({
          kind,
          count,
          amountMicros: String(amountMicros),
        })),
        closingMicros: String(closing),
      });
    }
  return accounts;
}
