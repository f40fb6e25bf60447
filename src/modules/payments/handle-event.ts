import { failpoint, requireSystem, type Context } from "@/kernel";
import type { Rails } from "./rails";
import { isAboutCash } from "./receive-event";
import { syncAccount } from "./stripe/sync-account";
import { syncDispute } from "./stripe/sync-dispute";
import { syncIntent } from "./stripe/sync-intent";
import { syncPayout } from "./stripe/sync-payout";
import { syncRefund, syncStripeRefund } from "./stripe/sync-refund";
import { syncTopUp } from "./stripe/sync-top-up";
import { syncCustomerWires, syncWire } from "./stripe/sync-wires";
import { findPayoutByStripe } from "./store/payouts";
import { findEvent, markEventHandled } from "./store/stripe-calls";
import { findTopUpByStripe } from "./store/top-ups";

/** Task: acts on an event by reading its object from Stripe anew. What the event itself says is never believed. */
export async function handleStripeEvent(ctx: Context, rails: Rails, input: { eventId: string }): Promise<void> {
  requireSystem(ctx.actor);
  const event = await findEvent(ctx.database.reader, input.eventId);
  if (event === null || event.handledAt !== null) return;
  await lookAt(ctx, rails, event);
  failpoint("event-handled");
  await markEventHandled(ctx.database.reader, event.id, ctx.clock.now());
}

async function lookAt(ctx: Context, rails: Rails, event: { type: string; objectId: string }): Promise<void> {
  const { type, objectId } = event;
  if (type.startsWith("checkout.session.")) {
    const topUp = await findTopUpByStripe(ctx.database.reader, { checkoutSessionId: objectId });
    if (topUp !== null) await syncTopUp(ctx, rails, { topUpId: topUp.id });
  } else if (type.startsWith("payment_intent.")) await syncIntent(ctx, rails, objectId);
  else if (type.startsWith("charge.dispute.")) await syncDispute(ctx, rails, objectId);
  else if (type.startsWith("refund.") || type === "charge.refund.updated") await syncStripeRefund(ctx, rails, objectId);
  else if (isAboutCash(type)) await syncCustomerWires(ctx, rails, objectId);
  else if (type === "account.updated") await syncAccount(ctx, rails, objectId);
  else if (type.startsWith("payout.")) {
    const payout = await findPayoutByStripe(ctx.database.reader, objectId);
    if (payout !== null) await syncPayout(ctx, rails, { payoutId: payout.id });
  }
}

export { syncPayout, syncRefund, syncTopUp, syncWire };
