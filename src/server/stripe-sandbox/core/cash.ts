import type Stripe from "stripe";
import { post, sumOf } from "./books";
import { idOf, keep } from "./call";
import type { Cause } from "./events";
import { emit } from "./events";
import type { State } from "./state";
import { newId, now } from "./state";

/** What changes a customer's cash balance, beside its amount. */
type Reason = Pick<
  Stripe.CustomerCashBalanceTransaction,
  "applied_to_payment" | "funded" | "refunded_from_payment" | "type" | "unapplied_from_payment"
>;

/** Where the journal keeps the cash of a customer: Stripe holds it apart from the platform's balance. */
export function cashAccount(customer: string, currency: string): string {
  return `cash:${customer}:${currency}`;
}

/** Where the journal keeps cash that is applied to an intent which is not paid in full. */
export function appliedAccount(intent: string): string {
  return `applied:${intent}`;
}

/** Cents that are held for a customer. */
export function cashOf(state: State, customer: string, currency = "usd"): number {
  return sumOf(state, cashAccount(customer, currency));
}

/** Cents of an intent that are covered by cash so far. */
export function appliedTo(state: State, intent: string): number {
  return sumOf(state, appliedAccount(intent));
}

/** Moves money into a customer's cash (positive) or out of it (negative), against another account of the journal. */
export function moveCash(
  state: State,
  cause: Cause,
  move: { readonly customer: string; readonly currency: string; readonly amount: number; readonly other: string },
  reason: Reason,
): Stripe.CustomerCashBalanceTransaction {
  const { customer, currency, amount, other } = move;
  const id = newId("ccsbtxn");
  post(state, id, [
    [cashAccount(customer, currency), amount],
    [other, -amount],
  ]);
  return note(state, cause, { id, customer, currency, amount }, reason);
}

/** The transaction of a movement that is in the journal already. */
export function note(
  state: State,
  cause: Cause,
  moved: { readonly id: string; readonly customer: string; readonly currency: string; readonly amount: number },
  reason: Reason,
): Stripe.CustomerCashBalanceTransaction {
  const { id, customer, currency, amount } = moved;
  const transaction: Stripe.CustomerCashBalanceTransaction = {
    id,
    object: "customer_cash_balance_transaction",
    created: now(state),
    currency,
    customer,
    customer_account: null,
    ending_balance: cashOf(state, customer, currency),
    livemode: false,
    net_amount: amount,
    ...reason,
  };
  keep(state, cause.owner, "cashTransactions", transaction);
  emit(state, cause, "customer_cash_balance_transaction.created", transaction);
  return transaction;
}

/** A customer's cash as an object. `available` is null until cash was ever held. */
export function cashBalance(state: State, customer: string): Stripe.CashBalance {
  const moved = Object.values(state.tables.cashTransactions).filter(({ body }) => idOf(body.customer) === customer);
  const currencies = [...new Set(moved.map(({ body }) => body.currency))];
  return {
    object: "cash_balance",
    available:
      currencies.length === 0
        ? null
        : Object.fromEntries(currencies.map((currency) => [currency, cashOf(state, customer, currency)])),
    customer,
    customer_account: null,
    livemode: false,
    settings: { reconciliation_mode: "automatic", using_merchant_default: true },
  };
}
