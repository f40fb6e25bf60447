import type { Tx } from "@/kernel";
import { TransferMismatch } from "./errors";
import { callPostTransfer, openAccounts, type Leg } from "./store";

/** SQLSTATE that `post_transfer` raises for a known key with other legs. */
const OTHER_LEGS = "TY001";

/**
 * Moves money: opens the accounts it needs and posts one balanced transfer. Idempotent on the key: the same again answers
 * `created: false`, other legs throw TransferMismatch. Zero legs are left out; legs must sum to zero.
 */
export async function postTransfer(
  tx: Tx,
  transfer: { idempotencyKey: string; kind: string; reference: string; legs: readonly Leg[] },
): Promise<{ created: boolean }> {
  const legs = transfer.legs.filter((leg) => leg.amount !== 0n);
  if (legs.length === 0) return { created: false };
  await openAccounts(
    tx,
    legs.map((leg) => leg.account),
  );
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
