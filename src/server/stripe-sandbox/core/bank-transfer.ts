import { createHash } from "node:crypto";
import type Stripe from "stripe";
import { idOf } from "./call";
import { appliedAccount, appliedTo, cashBalance, cashOf, moveCash } from "./cash";
import { succeedFromCash } from "./charging";
import type { Cause } from "./events";
import { emit } from "./events";
import { invalid } from "./failure";
import type { State } from "./state";

/** The virtual account of a customer: the same for ever, and nobody else's. */
export function addressesOf(customer: string): Stripe.FundingInstructions.BankTransfer.FinancialAddress[] {
  const digits = BigInt(`0x${createHash("sha256").update(customer).digest("hex").slice(0, 14)}`).toString();
  const common = {
    account_holder_address: address("354 Oyster Point Blvd", "South San Francisco", "CA", "94080"),
    account_holder_name: "TRAINYARD",
    account_number: `1111${digits.slice(-13).padStart(13, "0")}`,
    account_type: "checking",
    bank_address: address("420 Montgomery Street", "San Francisco", "CA", "94104"),
    bank_name: "STRIPE TEST BANK",
  };
  return [
    { type: "aba", supported_networks: ["ach", "domestic_wire_us"], aba: { ...common, routing_number: "110000000" } },
    { type: "swift", supported_networks: ["swift"], swift: { ...common, swift_code: "TESTUS99XXX" } },
  ];
}

/** A bank transfer arrives: it is the customer's cash, and pays the intents that wait for some, oldest first. */
export function fundCash(
  state: State,
  cause: Cause,
  customer: Stripe.Customer,
  transfer: { readonly amount: number; readonly currency: string; readonly reference: string | null },
): Stripe.CustomerCashBalanceTransaction {
  const { amount, currency, reference } = transfer;
  const transaction = moveCash(
    state,
    cause,
    { customer: customer.id, currency, amount, other: `outside:bank_transfer:${currency}` },
    {
      type: "funded",
      funded: {
        bank_transfer: {
          type: "us_bank_transfer",
          reference,
          us_bank_transfer: { network: "domestic_wire_us", sender_name: customer.name ?? "Sender Inc." },
        },
      },
    },
  );
  emit(state, cause, "cash_balance.funds_available", cashBalance(state, customer.id));
  payWaiting(state, cause, customer.id);
  return transaction;
}

/** Pays the intents that wait for a customer's cash, oldest first. */
export function payWaiting(state: State, cause: Cause, customer: string): void {
  for (const { owner, body: intent } of Object.values(state.tables.paymentIntents))
    if (owner === cause.owner && idOf(intent.customer) === customer && isWaiting(intent)) apply(state, cause, intent);
}

/** Pays an intent from its customer's cash: all of it, or what is there while it waits for the rest. */
export function payFromCash(
  state: State,
  cause: Cause,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
): void {
  if (idOf(intent.customer) === null) {
    throw invalid("The payment method type customer_balance needs a customer.", "parameter_missing", "customer");
  }
  intent.payment_method = method.id;
  intent.last_payment_error = null;
  intent.status = "requires_action";
  emit(state, cause, "payment_intent.requires_action", waitingFor(state, intent));
  apply(state, cause, intent);
}

/** Gives back the cash that an intent has taken and will not use. */
export function unapplyCash(state: State, cause: Cause, intent: Stripe.PaymentIntent): void {
  const amount = appliedTo(state, intent.id);
  const customer = idOf(intent.customer);
  if (amount === 0 || customer === null) return;
  moveCash(
    state,
    cause,
    { customer, currency: intent.currency, amount, other: appliedAccount(intent.id) },
    { type: "unapplied_from_payment", unapplied_from_payment: { payment_intent: intent.id } },
  );
}

function isWaiting(intent: Stripe.PaymentIntent): boolean {
  return intent.status === "requires_action" && intent.next_action?.display_bank_transfer_instructions !== undefined;
}

function apply(state: State, cause: Cause, intent: Stripe.PaymentIntent): void {
  const customer = idOf(intent.customer) ?? "";
  const { currency } = intent;
  const amount = Math.min(cashOf(state, customer, currency), intent.amount - appliedTo(state, intent.id));
  if (amount <= 0) return;
  moveCash(
    state,
    cause,
    { customer, currency, amount: -amount, other: appliedAccount(intent.id) },
    { type: "applied_to_payment", applied_to_payment: { payment_intent: intent.id } },
  );
  waitingFor(state, intent);
  if (appliedTo(state, intent.id) < intent.amount) emit(state, cause, "payment_intent.partially_funded", intent);
  else succeedFromCash(state, cause, intent);
}

/** Tells in the intent how much is still to come, and where to. */
function waitingFor(state: State, intent: Stripe.PaymentIntent): Stripe.PaymentIntent {
  intent.next_action = {
    type: "display_bank_transfer_instructions",
    display_bank_transfer_instructions: {
      amount_remaining: intent.amount - appliedTo(state, intent.id),
      currency: intent.currency,
      financial_addresses: addressesOf(idOf(intent.customer) ?? ""),
      hosted_instructions_url: null,
      reference: intent.id.slice(-8).toUpperCase(),
      type: "us_bank_transfer",
    },
  };
  return intent;
}

function address(line1: string, city: string, state: string, postal_code: string): Stripe.Address {
  return { city, country: "US", line1, line2: null, postal_code, state };
}
