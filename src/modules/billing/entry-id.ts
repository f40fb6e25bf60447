import { assert } from "@/kernel";

/** A ledger entry's name: the ledger knows it by its transfer and its account. */
export function entryId(entry: { transferId: bigint; accountId: string }): string {
  return `${entry.transferId}/${entry.accountId}`;
}

/** The transfer and account that an entry's name is made of. */
export function parseEntryId(id: string): { transferId: bigint; accountId: string } {
  const found = /^(\d{1,19})\/(.+)$/.exec(id);
  assert(found?.[1] !== undefined && found[2] !== undefined, "entry ids are made by entryId alone");
  return { transferId: BigInt(found[1]), accountId: found[2] };
}
