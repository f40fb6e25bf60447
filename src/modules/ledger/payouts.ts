import { micros, negateMicros, type Micros, type Tx } from "@/kernel";
import { connectedBalance, earnings, payoutInflight, STRIPE_BALANCE, type Account } from "./accounts";
import { postTransfer } from "./post-transfer";
import { lockBalance, sumRecentCredits } from "./store";

/** A payout of earnings to a bank. */
export interface PayoutPosting {
  readonly payoutId: string;
  readonly organisationId: string;
  readonly amount: Micros;
}

/** What of a provider's dollars may leave now: earned, and older than the hold. Locks the account. */
export async function lockPayable(tx: Tx, organisationId: string, heldSince: Date): Promise<Micros> {
  const account = earnings(organisationId, "USD");
  const balance = await lockBalance(tx, account.id);
  const recent = await sumRecentCredits(tx, account.id, heldSince);
  return micros(balance > recent ? balance - recent : 0n);
}

/** Takes a payout out of the provider's earnings until it has ended. Once per payout. */
export async function openPayout(tx: Tx, p: PayoutPosting): Promise<void> {
  await move(tx, `payout:${p.payoutId}`, p, earnings(p.organisationId, "USD"), inflight(p));
}

/** The money has moved from the platform's balance at Stripe to the provider's connected account. Once per payout. */
export async function postPayoutTransferred(tx: Tx, p: PayoutPosting): Promise<void> {
  await move(tx, `payout-transferred:${p.payoutId}`, p, connectedBalance(p.payoutId), STRIPE_BALANCE);
}

/** The money is at the provider's bank: nothing is owed any more. Once per payout. */
export async function completePayout(tx: Tx, p: PayoutPosting): Promise<void> {
  await move(tx, `payout-paid:${p.payoutId}`, p, inflight(p), connectedBalance(p.payoutId));
}

/** The provider's bank sent a paid payout back to the connected account. Once per payout. */
export async function postPayoutBounced(tx: Tx, p: PayoutPosting): Promise<void> {
  await move(tx, `payout-bounced:${p.payoutId}`, p, connectedBalance(p.payoutId), inflight(p));
}

/** The transfer was reversed: the money is in the platform's balance at Stripe again. Once per payout. */
export async function postPayoutReversed(tx: Tx, p: PayoutPosting): Promise<void> {
  await move(tx, `payout-reversed:${p.payoutId}`, p, STRIPE_BALANCE, connectedBalance(p.payoutId));
}

/** The payout did not happen: the money is in the provider's earnings again. Once per payout. */
export async function returnPayout(tx: Tx, p: PayoutPosting): Promise<void> {
  await move(tx, `payout-failed:${p.payoutId}`, p, inflight(p), earnings(p.organisationId, "USD"));
}

const inflight = (p: PayoutPosting): Account => payoutInflight(p.organisationId, p.payoutId, "USD");

async function move(tx: Tx, idempotencyKey: string, p: PayoutPosting, from: Account, to: Account): Promise<void> {
  await postTransfer(tx, {
    idempotencyKey,
    kind: "payout",
    reference: p.payoutId,
    legs: [
      { account: from, amount: negateMicros(p.amount) },
      { account: to, amount: p.amount },
    ],
  });
}
