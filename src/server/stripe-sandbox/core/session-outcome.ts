import type Stripe from "stripe";
import { idOf } from "./call";
import type { Cause } from "./events";
import { byItself, emit } from "./events";
import type { State } from "./state";
import { now } from "./state";

/** The Checkout session that an intent belongs to, if any. */
export function sessionOf(state: State, intent: Stripe.PaymentIntent): Stripe.Checkout.Session | null {
  const rows = Object.values(state.tables.sessions);
  return rows.find(({ body }) => idOf(body.payment_intent) === intent.id)?.body ?? null;
}

/** A session's intent has succeeded or is processing: the session is complete, and paid once the money is certain. */
export function completeSession(state: State, cause: Cause, intent: Stripe.PaymentIntent): void {
  const session = sessionOf(state, intent);
  if (session === null || session.payment_status === "paid") return;
  const wasComplete = session.status === "complete";
  session.status = "complete";
  session.url = null;
  session.payment_status = intent.status === "succeeded" ? "paid" : "unpaid";
  if (!wasComplete) emit(state, cause, "checkout.session.completed", session);
  else if (session.payment_status === "paid") emit(state, cause, "checkout.session.async_payment_succeeded", session);
}

/** A session's intent has failed: an open session stays open, one that waited for a bank debit has lost it. */
export function failSession(state: State, cause: Cause, intent: Stripe.PaymentIntent): void {
  const session = sessionOf(state, intent);
  if (session?.status === "complete") emit(state, cause, "checkout.session.async_payment_failed", session);
}

/** Closes every open session whose time is over. */
export function expireSessions(state: State): void {
  for (const { owner, body } of Object.values(state.tables.sessions)) {
    if (body.status === "open" && body.expires_at <= now(state)) expireSession(state, byItself(owner), body);
  }
}

/** Closes one session; its intent, if it has one, is canceled. */
export function expireSession(state: State, cause: Cause, session: Stripe.Checkout.Session): void {
  session.status = "expired";
  session.url = null;
  const intent = state.tables.paymentIntents[idOf(session.payment_intent) ?? ""]?.body;
  if (intent !== undefined) {
    intent.status = "canceled";
    intent.canceled_at = now(state);
    emit(state, cause, "payment_intent.canceled", intent);
  }
  emit(state, cause, "checkout.session.expired", session);
}
