import { micros, negateMicros, type Micros, type Tx } from "@/kernel";
import { available, CHARGEBACK_LOSS, receivable, STRIPE_BALANCE, STRIPE_COST } from "./accounts";
import { postTransfer } from "./post-transfer";
import { lockBalance } from "./store";

/** A dispute over a deposit. */
export interface DisputePosting {
  readonly disputeId: string;
  readonly organisationId: string;
  readonly depositId: string;
}

/**
 * Books one movement of a dispute as Stripe's balance shows it: what it withdrew (negative) or reinstated (positive), and its
 * fee. The organisation owes what was withdrawn until it is recovered, reinstated or lost. Once per balance transaction.
 */
export async function postDisputeMovement(
  tx: Tx,
  d: DisputePosting & { balanceTransactionId: string; amount: Micros; fee: Micros },
): Promise<void> {
  await lockBalance(tx, available(d.organisationId, d.depositId).id); // What the lot covers is recovered next, and it comes before.
  await postTransfer(tx, {
    idempotencyKey: `dispute:${d.balanceTransactionId}`,
    kind: "dispute",
    reference: d.disputeId,
    legs: [
      { account: STRIPE_BALANCE, amount: d.fee - d.amount },
      { account: receivable(d.organisationId, d.disputeId), amount: d.amount },
      { account: STRIPE_COST, amount: negateMicros(d.fee) },
    ],
  });
}

/** What is owed for a dispute or refund now: negative while the organisation owes, positive when too much was taken. */
export async function lockReceivable(tx: Tx, organisationId: string, reference: string): Promise<Micros> {
  return micros(await lockBalance(tx, receivable(organisationId, reference).id));
}

/**
 * Moves money between a funding lot and what is owed for a dispute: what the lot can cover of a debt, or all of a surplus
 * back. Returns what the lot gave (negative: got back). `step` tells one recovery of a dispute from the next.
 */
export async function recoverFromLot(tx: Tx, d: DisputePosting & { step: string }): Promise<Micros> {
  const lot = available(d.organisationId, d.depositId);
  const left = await lockBalance(tx, lot.id);
  const owed = negateMicros(await lockReceivable(tx, d.organisationId, d.disputeId));
  const given = owed < left ? owed : left;
  await postTransfer(tx, {
    idempotencyKey: `dispute-recovered:${d.disputeId}:${d.step}`,
    kind: "dispute-recovered",
    reference: d.disputeId,
    legs: [
      { account: lot, amount: -given },
      { account: receivable(d.organisationId, d.disputeId), amount: given },
    ],
  });
  return micros(given);
}

/** Writes off what is still owed for a lost dispute. Returns how much that was. Once per dispute. */
export async function writeOffDispute(tx: Tx, d: DisputePosting): Promise<Micros> {
  const account = receivable(d.organisationId, d.disputeId);
  const owed = micros(-(await lockBalance(tx, account.id)));
  if (owed <= 0n) return micros(0n);
  await postTransfer(tx, {
    idempotencyKey: `dispute-lost:${d.disputeId}`,
    kind: "dispute-lost",
    reference: d.disputeId,
    legs: [
      { account, amount: owed },
      { account: CHARGEBACK_LOSS, amount: negateMicros(owed) },
    ],
  });
  return owed;
}
