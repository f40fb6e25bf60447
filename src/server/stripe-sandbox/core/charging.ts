import type Stripe from "stripe";
import { book } from "./books";
import { find, idOf, keep } from "./call";
import { behaviourOf } from "./cards";
import { appliedAccount } from "./cash";
import { StripeFailure } from "./failure";
import type { Cause } from "./events";
import { byItself, emit } from "./events";
import { newCharge } from "./new-charge";
import { completeSession, failSession } from "./session-outcome";
import type { State } from "./state";
import { now, nowMs } from "./state";

const DAY_SECONDS = 86_400;
/** A card keeps an authorised amount for a week. */
export const AUTHORISED_SECONDS = 7 * DAY_SECONDS;
/** Card money becomes available two days after the charge, bank debits settle after four. */
const CARD_DELAY_SECONDS = 2 * DAY_SECONDS;
const BANK_DELAY_SECONDS = 4 * DAY_SECONDS;

/** 2.9 % + 30 c on cards; 0.8 % but at most 5 dollars on bank debits; 0.5 % but at most 5 dollars on bank transfers. */
export function processingFee(type: string, amount: number): number {
  if (type === "us_bank_account") return Math.min(500, Math.round((amount * 8) / 1_000));
  if (type === "customer_balance") return Math.min(500, Math.round((amount * 5) / 1_000));
  return Math.round((amount * 29) / 1_000) + 30;
}

/** Tries to pay an intent with a payment method, and moves the intent to what came out of it. */
export function attempt(
  state: State,
  cause: Cause,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  options: { readonly is3dsDone?: boolean; readonly isOffSession?: boolean; readonly origin: string },
): void {
  intent.payment_method = method.id;
  intent.last_payment_error = null;
  intent.next_action = null;
  const behaviour = behaviourOf(method);
  switch (behaviour) {
    case "asks-3ds":
    case "asks-3ds-always":
      if (options.is3dsDone === true) return succeed(state, cause, intent, method);
      if (options.isOffSession === true) return declineForAuthentication(state, cause, intent, method);
      intent.status = "requires_action";
      intent.next_action = {
        type: "redirect_to_url",
        redirect_to_url: { return_url: null, url: `${options.origin}/c/3ds/${intent.id}` },
      };
      return emit(state, cause, "payment_intent.requires_action", intent);
    case "bank-fails":
    case "bank-succeeds":
      return startDebit(state, cause, intent, method, behaviour);
    case "declined":
      return decline(state, cause, intent, method, "card_declined", "generic_decline", "Your card was declined.");
    case "insufficient-funds":
      return decline(
        state,
        cause,
        intent,
        method,
        "card_declined",
        "insufficient_funds",
        "Your card has insufficient funds.",
      );
    case "disputed":
    case "succeeds":
    case "succeeds-available-at-once":
      return succeed(state, cause, intent, method);
  }
}

/** A customer's cash covers an intent: it is paid, and the money is available at once. */
export function succeedFromCash(state: State, cause: Cause, intent: Stripe.PaymentIntent): void {
  const method = find({ state, owner: cause.owner }, "paymentMethods", idOf(intent.payment_method) ?? "");
  const charge = keep(state, cause.owner, "charges", newCharge(state, intent, method, "succeeded"));
  intent.next_action = null;
  settle(state, cause, intent, charge, method, 0);
}

/** The payer failed 3-D Secure: the intent waits for another payment method. */
export function fail3ds(state: State, cause: Cause, intent: Stripe.PaymentIntent): void {
  const method = find({ state, owner: cause.owner }, "paymentMethods", idOf(intent.payment_method) ?? "");
  const message = "We are unable to authenticate your payment method. Please choose a different one and try again.";
  refuse(state, cause, intent, method, { code: "payment_intent_authentication_failure", message });
}

/** A bank debit has come through, or has come back. */
export function settleDebit(state: State, intentId: string, hasSucceeded: boolean): void {
  const row = state.tables.paymentIntents[intentId];
  if (row === undefined || row.body.status !== "processing") return;
  const intent = row.body;
  const cause = byItself(row.owner);
  const charge = find({ state, owner: row.owner }, "charges", idOf(intent.latest_charge) ?? "");
  const method = find({ state, owner: row.owner }, "paymentMethods", idOf(intent.payment_method) ?? "");
  intent.processing = null;
  if (hasSucceeded) return settle(state, cause, intent, charge, method, 0);
  charge.status = "failed";
  charge.failure_code = "insufficient_funds";
  charge.failure_message = "The customer's account has insufficient funds to cover this payment.";
  emit(state, cause, "charge.failed", charge);
  refuse(state, cause, intent, method, { code: "insufficient_funds", message: charge.failure_message });
}

/** The 402 that a caller of confirm gets after a decline. */
export function declinedFailure(intent: Stripe.PaymentIntent): StripeFailure {
  const error = intent.last_payment_error;
  return new StripeFailure(402, {
    type: "card_error",
    code: error?.code ?? "card_declined",
    message: error?.message ?? "Your card was declined.",
    payment_intent: structuredClone(intent),
    ...(error?.decline_code === undefined ? {} : { decline_code: error.decline_code }),
  });
}

function succeed(state: State, cause: Cause, intent: Stripe.PaymentIntent, method: Stripe.PaymentMethod): void {
  const charge = keep(state, cause.owner, "charges", newCharge(state, intent, method, "succeeded"));
  if (intent.capture_method === "manual" && method.type === "card") {
    return authorise(state, cause, intent, charge);
  }
  settleCard(state, cause, intent, charge, method);
}

/** The card keeps the amount for the merchant, who has a week to capture it or a part of it. */
function authorise(state: State, cause: Cause, intent: Stripe.PaymentIntent, charge: Stripe.Charge): void {
  charge.paid = true;
  const { card } = charge.payment_method_details ?? {};
  if (card !== undefined) card.capture_before = now(state) + AUTHORISED_SECONDS;
  intent.latest_charge = charge.id;
  intent.amount_capturable = intent.amount;
  intent.status = "requires_capture";
  state.scheduled.push({
    dueMs: nowMs(state) + AUTHORISED_SECONDS * 1_000,
    kind: "authorisation-expires",
    id: intent.id,
  });
  emit(state, cause, "charge.succeeded", charge);
  emit(state, cause, "payment_intent.amount_capturable_updated", intent);
}

/** Books a card's charge: its money is pending for two days. */
export function settleCard(
  state: State,
  cause: Cause,
  intent: Stripe.PaymentIntent,
  charge: Stripe.Charge,
  method: Stripe.PaymentMethod,
): void {
  const behaviour = behaviourOf(method);
  const delay = state.settlesAtOnce || behaviour === "succeeds-available-at-once" ? 0 : CARD_DELAY_SECONDS;
  settle(state, cause, intent, charge, method, delay);
  if (behaviour === "disputed") {
    state.scheduled.push({ dueMs: nowMs(state), kind: "dispute-opens", id: charge.id });
  }
}

function settle(
  state: State,
  cause: Cause,
  intent: Stripe.PaymentIntent,
  charge: Stripe.Charge,
  method: Stripe.PaymentMethod,
  delaySeconds: number,
): void {
  const wasAuthorised =
    charge.paid && !charge.captured && charge.payment_method_details?.card?.capture_before !== undefined;
  charge.status = "succeeded";
  charge.paid = true;
  charge.captured = true;
  charge.amount_captured = charge.amount - charge.amount_refunded;
  charge.balance_transaction = book(state, {
    owner: cause.owner,
    type: method.type === "card" ? "charge" : "payment",
    category: "charge",
    source: charge.id,
    currency: charge.currency,
    amount: charge.amount_captured,
    fee: processingFee(method.type, charge.amount_captured),
    delaySeconds,
    description: charge.description,
    ...(method.type === "customer_balance" ? { from: appliedAccount(intent.id) } : {}),
  }).id;
  intent.latest_charge = charge.id;
  intent.amount_received = charge.amount_captured;
  intent.status = "succeeded";
  if (intent.setup_future_usage !== null) method.customer = idOf(intent.customer);
  emit(state, cause, wasAuthorised ? "charge.captured" : "charge.succeeded", charge);
  emit(state, cause, "payment_intent.succeeded", intent);
  completeSession(state, cause, intent);
}

function startDebit(
  state: State,
  cause: Cause,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  behaviour: "bank-fails" | "bank-succeeds",
): void {
  const charge = keep(state, cause.owner, "charges", newCharge(state, intent, method, "pending"));
  intent.latest_charge = charge.id;
  intent.status = "processing";
  emit(state, cause, "charge.pending", charge);
  emit(state, cause, "payment_intent.processing", intent);
  completeSession(state, cause, intent);
  state.scheduled.push({
    dueMs: nowMs(state) + BANK_DELAY_SECONDS * 1_000,
    kind: behaviour === "bank-succeeds" ? "bank-debit-settles" : "bank-debit-fails",
    id: intent.id,
  });
}

/** Nobody is there to confirm the payment that the card's bank wants confirmed. */
function declineForAuthentication(
  state: State,
  cause: Cause,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
): void {
  const message = "Your card was declined. This transaction requires authentication.";
  decline(state, cause, intent, method, "authentication_required", "authentication_required", message);
}

function decline(
  state: State,
  cause: Cause,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  code: string,
  declineCode: string,
  message: string,
): void {
  const charge = keep(state, cause.owner, "charges", newCharge(state, intent, method, "failed"));
  charge.failure_code = code;
  charge.failure_message = message;
  intent.latest_charge = charge.id;
  emit(state, cause, "charge.failed", charge);
  refuse(state, cause, intent, method, { code, decline_code: declineCode, message, charge: charge.id });
}

function refuse(
  state: State,
  cause: Cause,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  error: { code: string; decline_code?: string; message: string; charge?: string },
): void {
  intent.last_payment_error = {
    type: "card_error",
    doc_url: `https://stripe.com/docs/error-codes/${error.code.replaceAll("_", "-")}`,
    payment_method: structuredClone(method),
    ...error,
  };
  intent.payment_method = null;
  intent.next_action = null;
  intent.status = "requires_payment_method";
  emit(state, cause, "payment_intent.payment_failed", intent);
  failSession(state, cause, intent);
}
