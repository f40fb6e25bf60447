import type Stripe from "stripe";
import { assert, failpoint, fromCents, type Context, type Micros, type Tx } from "@/kernel";
import { pauseAutoTopUp } from "../pause-auto-top-up";
import type { Rails } from "../rails";
import { lockProfile, updateProfile } from "../store/profiles";
import { findTopUp, lockTopUp, updateTopUp, type TopUpRecord } from "../store/top-ups";
import { creditPayment } from "./credit-payment";
import { decideTopUp, type SeenPayment } from "./decide-top-up";

const EXPAND = ["payment_intent.latest_charge.balance_transaction"];

/**
 * Reads a top-up's payment from Stripe and moves our state after it. Webhooks, the payer's return, and the reconciler all end
 * here, in any order and number: whatever they were told, the object is read anew and a deposit is credited once.
 */
export async function syncTopUp(ctx: Context, rails: Rails, input: { topUpId: string }): Promise<void> {
  const topUp = await findTopUp(ctx.database.reader, input.topUpId);
  if (topUp === null || rails.stripe === null) return;
  const seen = await readPayment(rails.stripe.client, topUp);
  if (seen === null) return;
  failpoint("top-up-read");
  await ctx.database.transaction(async (tx) => {
    await lockProfile(tx, topUp.organisationId);
    const locked = await lockTopUp(tx, topUp.id);
    assert(locked !== null, "top-ups are never deleted");
    await applyPayment(ctx, tx, locked, seen);
    failpoint("top-up-booked");
  });
  failpoint("top-up-committed");
}

async function readPayment(client: Stripe, topUp: TopUpRecord): Promise<SeenPayment | null> {
  if (topUp.checkoutSessionId !== null) {
    const session = await client.checkout.sessions.retrieve(topUp.checkoutSessionId, { expand: EXPAND });
    return seenIn(session.payment_intent as Stripe.PaymentIntent | null, session.status === "expired", session.status);
  }
  if (topUp.paymentIntentId === null) return null;
  const intent = await client.paymentIntents.retrieve(topUp.paymentIntentId, {
    expand: ["latest_charge.balance_transaction"],
  });
  return seenIn(intent, false, null);
}

function seenIn(
  intent: Stripe.PaymentIntent | null,
  expired: boolean,
  sessionStatus: Stripe.Checkout.Session.Status | null,
): SeenPayment {
  const charge = intent?.latest_charge as Stripe.Charge | null | undefined;
  const transaction = charge?.balance_transaction as Stripe.BalanceTransaction | null | undefined;
  return {
    intentId: intent?.id ?? null,
    status: intent?.status ?? null,
    received: fromCents(intent?.amount_received ?? 0),
    currency: intent?.currency ?? "usd",
    chargeId: charge?.id ?? null,
    fee: transaction ? { id: transaction.id, amount: fromCents(transaction.fee) } : null,
    failure: intent?.last_payment_error?.message ?? null,
    paymentMethod:
      typeof intent?.payment_method === "string" ? intent.payment_method : (intent?.payment_method?.id ?? null),
    reusable: intent?.setup_future_usage === "off_session",
    expired,
    sessionComplete: sessionStatus === "complete",
  };
}

async function applyPayment(ctx: Context, tx: Tx, topUp: TopUpRecord, seen: SeenPayment): Promise<void> {
  const next = decideTopUp(topUp, seen);
  const ended = next.state === "open" || next.state === "processing" ? null : (topUp.endedAt ?? ctx.clock.now());
  const { state, failure } = next;
  const changes = { state, failure, paymentIntentId: seen.intentId ?? topUp.paymentIntentId, endedAt: ended };
  if (next.credit === null) {
    await updateTopUp(tx, topUp.id, changes);
    const { id: topUpId, organisationId } = topUp;
    if (topUp.automatic && state === "failed" && topUp.state !== "failed")
      await pauseAutoTopUp(ctx, tx, { topUpId, organisationId, code: null, message: failure ?? "" });
    return;
  }
  const depositId = await credit(ctx, tx, topUp, seen, next.credit);
  await updateTopUp(tx, topUp.id, { ...changes, depositId, url: null });
}

async function credit(ctx: Context, tx: Tx, topUp: TopUpRecord, seen: SeenPayment, amount: Micros): Promise<string> {
  assert(seen.intentId !== null, "money comes from a payment intent");
  const { organisationId, createdBy, method: rail } = topUp;
  const { depositId, isNew } = await creditPayment(ctx, tx, {
    ...{ organisationId, rail, amount, createdBy },
    intentId: seen.intentId,
    chargeId: seen.chargeId,
    fee: seen.fee,
    idempotencyKey: `top-up:${topUp.id}`,
    details: { topUpId: topUp.id },
  });
  if (isNew && seen.reusable && seen.paymentMethod !== null)
    await updateProfile(tx, organisationId, { savedPaymentMethod: seen.paymentMethod });
  return depositId;
}
