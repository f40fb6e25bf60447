import type Stripe from "stripe";
import { failpoint, fromCents, micros, record, toCents, type Context, type Tx } from "@/kernel";
import { completeRefund, postRefundBounced, returnRefund, takeRefund } from "@/modules/ledger";
import { queueCall } from "../queue-call";
import type { Rails } from "../rails";
import { findDeposit, findDepositBySource } from "../store/deposits";
import { findRefundByStripe, insertRefund, lockRefund, updateRefund, type RefundRecord } from "../store/refunds";

const RAILS = ["card", "ach", "bank_transfer"] as const;

/** Reads one of our refunds from Stripe and books how it went. */
export async function syncRefund(ctx: Context, rails: Rails, input: { refundId: string }): Promise<void> {
  const refund = await ctx.database.transaction((tx) => lockRefund(tx, input.refundId));
  if (refund === null || refund.stripeRefundId === null || rails.stripe === null) return;
  const seen = await rails.stripe.client.refunds.retrieve(refund.stripeRefundId);
  await bookRefund(ctx, refund.id, seen);
}

/** A refund that Stripe has told of: ours, or one that somebody made in Stripe's own pages, which then gets its row. */
export async function syncStripeRefund(ctx: Context, rails: Rails, stripeRefundId: string): Promise<void> {
  if (rails.stripe === null) return;
  const seen = await rails.stripe.client.refunds.retrieve(stripeRefundId);
  const known = await findRefundByStripe(ctx.database.reader, seen.id);
  if (known !== null) return bookRefund(ctx, known.id, seen);
  const { refundId } = seen.metadata ?? {};
  if (refundId !== undefined) return; // One of ours whose call is being booked right now: its own task follows.
  await takeForeignRefund(ctx, seen);
}

async function bookRefund(ctx: Context, refundId: string, seen: Stripe.Refund): Promise<void> {
  failpoint("refund-read");
  await ctx.database.transaction(async (tx) => {
    const refund = await lockRefund(tx, refundId);
    if (refund === null || refund.state === "failed") return;
    const posting = postingOf(refund);
    if (seen.status === "succeeded" && refund.state === "pending") {
      await completeRefund(tx, posting);
      await sendOn(ctx, tx, refund, seen);
      await end(ctx, tx, refund, "succeeded", null);
    }
    if (seen.status === "failed" || seen.status === "canceled") {
      if (refund.state === "pending") await returnRefund(tx, posting);
      else await postRefundBounced(tx, posting);
      await end(ctx, tx, refund, "failed", words(seen.failure_reason));
    }
    failpoint("refund-booked");
  });
}

/** What came by bank transfer is refunded into the customer's cash, and goes on from there to the sender's bank. */
async function sendOn(ctx: Context, tx: Tx, refund: RefundRecord, seen: Stripe.Refund): Promise<void> {
  const deposit = await findDeposit(tx, refund.depositId);
  const customer = typeof seen.customer === "string" ? seen.customer : seen.customer?.id;
  if (deposit?.rail !== "bank_transfer" || customer === undefined) return;
  const metadata = { refundId: refund.id, organisationId: refund.organisationId };
  await queueCall(tx, {
    kind: "cash-return",
    reference: refund.id,
    request: { cents: toCents(micros(refund.amountMicros)), customer, metadata },
    nowMs: ctx.clock.now().getTime(),
  });
}

async function takeForeignRefund(ctx: Context, seen: Stripe.Refund): Promise<void> {
  if (seen.status !== "succeeded") return;
  const intent = typeof seen.payment_intent === "string" ? seen.payment_intent : seen.payment_intent?.id;
  if (intent === undefined) return;
  await ctx.database.transaction(async (tx) => {
    for (const rail of RAILS) {
      const deposit = await findDepositBySource(tx, rail, intent);
      if (deposit === null) continue;
      const amount = fromCents(seen.amount);
      const inserted = await insertRefund(tx, {
        id: seen.id,
        organisationId: deposit.organisationId,
        depositId: deposit.id,
        amountMicros: amount,
        state: "succeeded",
        stripeRefundId: seen.id,
        reason: "Made at Stripe.",
        createdBy: "stripe",
        idempotencyKey: seen.id,
        endedAt: ctx.clock.now(),
      });
      if (!inserted) return;
      const { id: refundId } = seen;
      const { owed } = await takeRefund(tx, { refundId, ...ownerOf(deposit), amount });
      await record(tx, ctx.actor, {
        action: "payments.refund-made-at-stripe",
        target: seen.id,
        organisationId: deposit.organisationId,
        details: { depositId: deposit.id, amountMicros: String(amount), owedMicros: String(owed) },
      });
    }
  });
}

const ownerOf = (deposit: { id: string; organisationId: string }) => ({
  organisationId: deposit.organisationId,
  depositId: deposit.id,
});

const postingOf = (refund: RefundRecord) => ({
  refundId: refund.id,
  organisationId: refund.organisationId,
  depositId: refund.depositId,
  amount: micros(refund.amountMicros),
});

const words = (reason: string | undefined): string =>
  reason === undefined ? "Stripe could not refund." : `Stripe could not refund: ${reason.replaceAll("_", " ")}.`;

async function end(
  ctx: Context,
  tx: Tx,
  refund: RefundRecord,
  state: "succeeded" | "failed",
  failure: string | null,
): Promise<void> {
  await updateRefund(tx, refund.id, { state, failure, endedAt: ctx.clock.now() });
  await record(tx, ctx.actor, {
    action: `payments.refund-${state}`,
    target: refund.id,
    organisationId: refund.organisationId,
    details: { amountMicros: String(refund.amountMicros) },
  });
}
