import type Stripe from "stripe";
import { find, idOf } from "./call";
import { settleCard } from "./charging";
import type { Cause } from "./events";
import { emit } from "./events";
import { invalid } from "./failure";
import type { State } from "./state";
import { now } from "./state";

/** Takes an authorised amount or a part of it; the rest goes back to the card at once and cannot be taken any more. */
export function capture(state: State, cause: Cause, intent: Stripe.PaymentIntent, amount: number): void {
  const scope = { state, owner: cause.owner };
  const charge = find(scope, "charges", idOf(intent.latest_charge) ?? "");
  if (amount > intent.amount_capturable) {
    throw invalid(
      `The payment could not be captured because the requested capture amount is greater than the amount you can capture for this charge.`,
      "amount_too_large",
      "amount_to_capture",
    );
  }
  const method = find(scope, "paymentMethods", idOf(intent.payment_method) ?? "");
  charge.amount_refunded = charge.amount - amount;
  intent.amount_capturable = 0;
  settleCard(state, cause, intent, charge, method);
}

/** Lets go of an authorised amount: the intent is canceled and nothing was ever in the balance. */
export function releaseAuthorisation(
  state: State,
  cause: Cause,
  intent: Stripe.PaymentIntent,
  reason: Stripe.PaymentIntent.CancellationReason | null,
): void {
  const charge = find({ state, owner: cause.owner }, "charges", idOf(intent.latest_charge) ?? "");
  charge.amount_refunded = charge.amount;
  charge.refunded = true;
  intent.amount_capturable = 0;
  intent.status = "canceled";
  intent.canceled_at = now(state);
  intent.cancellation_reason = reason;
  emit(state, cause, reason === "automatic" ? "charge.expired" : "charge.refunded", charge);
  emit(state, cause, "payment_intent.canceled", intent);
}
