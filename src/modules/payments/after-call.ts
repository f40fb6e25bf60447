import { assert, enqueue, micros, record, toCents, type Context, type Tx } from "@/kernel";
import {
  postPayoutBounced,
  postPayoutReversed,
  postPayoutTransferred,
  returnPayout,
  returnRefund,
} from "@/modules/ledger";
import { pauseAutoTopUp } from "./pause-auto-top-up";
import { queueCall } from "./queue-call";
import { isCallKind } from "./stripe/calls";
import { lockProfile } from "./store/profiles";
import { lockPayout, updatePayout, type PayoutRecord } from "./store/payouts";
import { lockRefund, updateRefund } from "./store/refunds";
import type { CallRecord } from "./store/stripe-calls";
import { findTopUp, lockTopUp, updateTopUp } from "./store/top-ups";
import { updateWire } from "./store/wires";

/** What a payout's movements are booked under. */
export function postingOf(payout: PayoutRecord) {
  return {
    payoutId: payout.id,
    organisationId: payout.organisationId,
    amount: micros(payout.amountMicros),
  };
}

/** Books what follows from a call that Stripe carried out. */
export async function afterCall(
  ctx: Context,
  tx: Tx,
  call: CallRecord,
  made: { id: string; url: string | null },
): Promise<void> {
  assert(isCallKind(call.kind), "the outbox holds known kinds only");
  switch (call.kind) {
    case "checkout-session":
      await updateTopUp(tx, call.reference, { checkoutSessionId: made.id, url: made.url });
      break;
    case "off-session-payment":
      await updateTopUp(tx, call.reference, { paymentIntentId: made.id });
      await enqueue(tx, "sync-top-up", { topUpId: call.reference });
      break;
    case "wire-payment":
      await updateWire(tx, call.reference, { paymentIntentId: made.id });
      await enqueue(tx, "sync-wire", { wireId: call.reference });
      break;
    case "dispute-evidence":
      await record(tx, ctx.actor, { action: "payments.evidence-sent", target: call.reference });
      break;
    case "cash-return":
      break; // The money had left the platform with its refund; this sent it on from the customer's cash to the bank.
    case "refund":
      await updateRefund(tx, call.reference, { stripeRefundId: made.id });
      await enqueue(tx, "sync-refund", { refundId: call.reference });
      break;
    case "transfer":
      await payoutTransferred(ctx, tx, call.reference, made.id);
      break;
    case "connected-payout":
      await updatePayout(tx, call.reference, { stripePayoutId: made.id, state: "in_transit" });
      await enqueue(tx, "sync-payout", { payoutId: call.reference });
      break;
    case "transfer-reversal": {
      const payout = await lockPayout(tx, call.reference);
      assert(payout !== null, "a reversal is of a payout");
      await postPayoutReversed(tx, postingOf(payout));
      await returnPayout(tx, postingOf(payout));
      await updatePayout(tx, payout.id, { state: "failed", endedAt: ctx.clock.now() });
      break;
    }
  }
}

async function payoutTransferred(ctx: Context, tx: Tx, payoutId: string, transferId: string): Promise<void> {
  const payout = await lockPayout(tx, payoutId);
  assert(payout !== null, "a transfer is of a payout");
  await postPayoutTransferred(tx, postingOf(payout));
  await updatePayout(tx, payout.id, { state: "transferred", transferId });
  await queueCall(tx, {
    kind: "connected-payout",
    reference: payout.id,
    request: { cents: toCents(micros(payout.amountMicros)), metadata: { payoutId: payout.id } },
    account: payout.accountId,
    nowMs: ctx.clock.now().getTime(),
  });
}

/** The platform's balance at Stripe is nothing that a provider can do something about. */
const NOT_SETTLED =
  "The card payments behind it have not settled at Stripe yet, which takes about two days. It is in your earnings again; ask for it then.";

/** Undoes what was waiting for a call that Stripe refused. */
export async function afterRefusal(
  ctx: Context,
  tx: Tx,
  call: CallRecord,
  refusal: { message: string; code: string | null; id: string | null },
): Promise<void> {
  const endedAt = ctx.clock.now();
  const failure = refusal.message;
  assert(isCallKind(call.kind), "the outbox holds known kinds only");
  switch (call.kind) {
    case "checkout-session":
    case "off-session-payment": {
      const seen = await findTopUp(tx, call.reference);
      if (seen?.automatic === true) await lockProfile(tx, seen.organisationId);
      const topUp = await lockTopUp(tx, call.reference);
      if (topUp === null || topUp.state === "paid") return;
      const paymentIntentId = refusal.id ?? topUp.paymentIntentId;
      await updateTopUp(tx, topUp.id, { state: "failed", failure, paymentIntentId, endedAt });
      const { id: topUpId, organisationId } = topUp;
      if (topUp.automatic) await pauseAutoTopUp(ctx, tx, { topUpId, organisationId, ...refusal });
      break;
    }
    case "wire-payment":
      await updateWire(tx, call.reference, { failure });
      break;
    case "dispute-evidence":
      await record(tx, ctx.actor, {
        action: "payments.evidence-refused",
        target: call.reference,
        details: { failure },
      });
      break;
    case "cash-return":
      // The money is the customer's, in its cash at Stripe, and stays a named difference until a person has dealt with it.
      await updateRefund(tx, call.reference, { failure });
      break;
    case "refund": {
      const refund = await lockRefund(tx, call.reference);
      if (refund?.state !== "pending") return;
      const { id: refundId, organisationId, depositId } = refund;
      await returnRefund(tx, { refundId, organisationId, depositId, amount: micros(refund.amountMicros) });
      await updateRefund(tx, refundId, { state: "failed", failure, endedAt });
      break;
    }
    case "transfer": {
      const payout = await lockPayout(tx, call.reference);
      if (payout?.state !== "requested") return;
      await returnPayout(tx, postingOf(payout));
      const notSettled = refusal.code === "balance_insufficient";
      await updatePayout(tx, payout.id, { state: "failed", failure: notSettled ? NOT_SETTLED : failure, endedAt });
      break;
    }
    case "connected-payout":
      await returnTransfer(ctx, tx, call.reference, failure);
      break;
    case "transfer-reversal":
      // The money is in the provider's connected account and stays a named difference until a person has dealt with it.
      await updatePayout(tx, call.reference, { failure });
      break;
  }
}

/** Brings a payout's money back from the connected account after its bank or Stripe refused it. */
export async function returnTransfer(ctx: Context, tx: Tx, payoutId: string, failure: string): Promise<void> {
  const payout = await lockPayout(tx, payoutId);
  if (payout === null || payout.state === "returning" || payout.state === "failed") return;
  assert(payout.transferId !== null, "what comes back was transferred");
  if (payout.state === "paid") await postPayoutBounced(tx, postingOf(payout));
  await updatePayout(tx, payout.id, { state: "returning", failure, endedAt: null });
  await queueCall(tx, {
    kind: "transfer-reversal",
    reference: payout.id,
    request: {
      cents: toCents(micros(payout.amountMicros)),
      transfer: payout.transferId,
      metadata: { payoutId: payout.id },
    },
    nowMs: ctx.clock.now().getTime(),
  });
}
