import type Stripe from "stripe";
import { book } from "./books";
import type { Cause } from "./events";
import { byItself, emit } from "./events";
import { invalid, missing } from "./failure";
import type { State } from "./state";

/** A payout reaches the bank. */
export function arrivePayout(state: State, id: string): void {
  const row = state.tables.payouts[id];
  if (row === undefined || row.body.status !== "pending") return;
  row.body.status = "paid";
  emit(state, byItself(row.owner), "payout.paid", row.body);
}

/** The bank sends a payout back, before or after it was paid: its money returns to the balance. */
export function failPayout(state: State, id: string): Stripe.Payout {
  const row = state.tables.payouts[id];
  if (row === undefined) throw missing("payout", id, "payout");
  const { owner, body: payout } = row;
  if (!["paid", "pending"].includes(payout.status)) throw invalid(`Payout ${id} is already ${payout.status}.`);
  payout.status = "failed";
  payout.failure_code = "account_closed";
  payout.failure_message = "The bank account has been closed.";
  payout.failure_balance_transaction = returned(state, owner, payout, "payout_failure", "payout_reversal");
  emit(state, byItself(owner), "payout.failed", payout);
  return payout;
}

/** Calls back a payout that has not left. */
export function cancelPayout(state: State, cause: Cause, payout: Stripe.Payout): Stripe.Payout {
  payout.status = "canceled";
  payout.failure_balance_transaction = returned(state, cause.owner, payout, "payout_cancel", "payout_reversal");
  emit(state, cause, "payout.canceled", payout);
  return payout;
}

function returned(
  state: State,
  owner: string,
  payout: Stripe.Payout,
  type: "payout_cancel" | "payout_failure",
  category: string,
): string {
  const { amount, currency, id } = payout;
  return book(state, { owner, type, category, source: id, currency, amount }).id;
}
