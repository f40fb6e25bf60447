import type { Micros } from "@/kernel";
import { movementWords } from "../documents/words";

/** A movement of a book as a bank would list it: one a day, kind and subject, in whole cents. */
export interface BankRow {
  /** As "2026-11-25". */
  readonly day: string;
  readonly kind: string;
  readonly reference: string;
  readonly jobName: string | null;
  readonly count: number;
  readonly firstTransferId: bigint;
  readonly lastTransferId: bigint;
  readonly amountMicros: bigint;
  /** The amount in whole cents, taken from the running balance. */
  readonly centsMicros: Micros;
}

/** What a bank row is about, in words. */
export function bankText(row: BankRow): string {
  const what = movementWords(row.kind);
  const count = row.count > 1 ? ` (${row.count})` : "";
  return row.jobName === null ? `${what}${count}` : `${what}${count}: ${row.jobName}`;
}

/** The ledger transfers behind a bank row, for the reference column. */
export function bankReference(row: BankRow): string {
  const { firstTransferId, lastTransferId } = row;
  const transfers =
    firstTransferId === lastTransferId ? `T${firstTransferId}` : `T${firstTransferId}-T${lastTransferId}`;
  return `${row.reference} ${transfers}`;
}
