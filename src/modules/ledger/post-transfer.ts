import type { Tx } from "@/kernel";
import { TransferMismatch } from "./errors";
import { callPostTransfer, type Leg } from "./store";

/** SQLSTATE that `post_transfer` raises for a known key with other legs. */
const OTHER_LEGS = "TY001";

/** Byte order of ids, which `post_transfer` asks for: ids are ASCII, so JavaScript's own order is that. */
const byAccount = (a: Leg, b: Leg): number => (a.account.id < b.account.id ? -1 : 1);

/**
 * Moves money: opens the accounts it needs and posts one balanced transfer. Idempotent on the key: the same again answers
 * `created: false`, other legs throw TransferMismatch. Zero legs are left out; legs must sum to zero in each asset, and an
 * account has one leg.
 */
export async function postTransfer(
  tx: Tx,
  transfer: { idempotencyKey: string; kind: string; reference: string; legs: readonly Leg[] },
): Promise<{ created: boolean }> {
  const legs = transfer.legs.filter((leg) => leg.amount !== 0n).sort(byAccount);
  if (legs.length === 0) return { created: false };
  try {
    return await callPostTransfer(tx, { ...transfer, legs });
  } catch (error) {
    if (
      error instanceof Error &&
      (error.message.includes(OTHER_LEGS) || error.message.includes("exists with other legs"))
    )
      throw new TransferMismatch(`The transfer ${transfer.idempotencyKey} was already made with other amounts.`);
    throw error;
  }
}
