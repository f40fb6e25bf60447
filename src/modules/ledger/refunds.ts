import { micros, negateMicros, type Micros, type Tx } from "@/kernel";
import { available, receivable, refundInflight, STRIPE_BALANCE, type Account } from "./accounts";
import { postTransfer } from "./post-transfer";
import { lockBalance, lockLots } from "./store";

/** A refund of a deposit. */
export interface RefundPosting {
  readonly refundId: string;
  readonly organisationId: string;
  readonly depositId: string;
  readonly amount: Micros;
}

/** What each funding lot of an organisation still holds, youngest first, locked: the order in which lots are refunded. */
export async function lockRefundableLots(
  tx: Tx,
  organisationId: string,
): Promise<{ depositId: string; amount: Micros }[]> {
  const prefix = available(organisationId, "").id;
  const lots = await lockLots(tx, organisationId);
  return lots
    .map(({ account, balance }) => ({ depositId: account.id.slice(prefix.length), amount: balance }))
    .reverse();
}

/** Takes a refund out of its lot until Stripe has said how it went. Once per refund. */
export async function openRefund(tx: Tx, r: RefundPosting): Promise<void> {
  await move(tx, `refund:${r.refundId}`, r, available(r.organisationId, r.depositId), inflight(r));
}

/** The money has left Stripe's balance towards the payer. Once per refund. */
export async function completeRefund(tx: Tx, r: RefundPosting): Promise<void> {
  await move(tx, `refund-succeeded:${r.refundId}`, r, inflight(r), STRIPE_BALANCE);
}

/** Stripe could not refund: the money is in its lot again. Once per refund. */
export async function returnRefund(tx: Tx, r: RefundPosting): Promise<void> {
  await move(tx, `refund-failed:${r.refundId}`, r, inflight(r), available(r.organisationId, r.depositId));
}

/** A refund that had left came back to Stripe's balance: the money is in its lot again. Once per refund. */
export async function postRefundBounced(tx: Tx, r: RefundPosting): Promise<void> {
  await move(tx, `refund-bounced:${r.refundId}`, r, STRIPE_BALANCE, available(r.organisationId, r.depositId));
}

/**
 * Books a refund that was made at Stripe without asking: from the lot as far as it reaches, the rest is owed by the
 * organisation. Once per refund.
 */
export async function takeRefund(tx: Tx, r: RefundPosting): Promise<{ owed: Micros }> {
  const lot = available(r.organisationId, r.depositId);
  const left = await lockBalance(tx, lot.id);
  const covered = left < r.amount ? left : r.amount;
  const owed = micros(r.amount - covered);
  await postTransfer(tx, {
    idempotencyKey: `refund-taken:${r.refundId}`,
    kind: "refund",
    reference: r.refundId,
    legs: [
      { account: lot, amount: -covered },
      { account: receivable(r.organisationId, r.refundId), amount: negateMicros(owed) },
      { account: STRIPE_BALANCE, amount: r.amount },
    ],
  });
  return { owed };
}

const inflight = (r: RefundPosting): Account => refundInflight(r.organisationId, r.refundId);

async function move(tx: Tx, idempotencyKey: string, r: RefundPosting, from: Account, to: Account): Promise<void> {
  await postTransfer(tx, {
    idempotencyKey,
    kind: "refund",
    reference: r.refundId,
    legs: [
      { account: from, amount: negateMicros(r.amount) },
      { account: to, amount: r.amount },
    ],
  });
}
