import type Stripe from "stripe";
import { fromCents, micros, negateMicros, requireSystem, sumMicros, type Context, type Micros } from "@/kernel";
import { balanceOfAccount, collectDebt, listClearing, STRIPE_BALANCE } from "@/modules/ledger";
import { handleStripeEvent } from "../handle-event";
import type { Rails } from "../rails";
import { runCall } from "../run-call";
import { findDepositBySource, selectDepositsWithoutFee } from "../store/deposits";
import { selectOpenDisputes } from "../store/disputes";
import { selectPaidSince, selectUnfinishedPayouts } from "../store/payouts";
import { findRefundByStripe, lockRefund, selectUnfinishedRefunds } from "../store/refunds";
import { selectBlockedCalls, selectPendingCalls, selectUnhandledEvents } from "../store/stripe-calls";
import { selectUnfinishedTopUps } from "../store/top-ups";
import { reconcileWires } from "./reconcile-wires";
import { syncDispute } from "./sync-dispute";
import { syncIntent } from "./sync-intent";
import { syncPayout } from "./sync-payout";
import { syncRefund, syncStripeRefund } from "./sync-refund";
import { syncTopUp } from "./sync-top-up";
import { syncWire } from "./sync-wires";

/** Something that our books and Stripe do not agree on. */
export interface StripeFinding {
  readonly kind: string;
  readonly reference: string;
  readonly ledgerMicros: Micros;
  readonly outsideMicros: Micros;
  readonly sentence: string;
}

const BATCH = 200;
/** Tasks had this long to do it themselves. */
const GRACE_MS = 30_000;
/** A bank may send a payout back days after it was paid. */
const BOUNCE_MS = 10 * 24 * 3_600_000;
/** How far back objects are looked for that nobody told us of; events of older ones are gone at Stripe too. */
const LOOK_BACK_SECONDS = 30 * 24 * 3_600;
const RAILS = ["card", "ach", "bank_transfer"] as const;

/**
 * Brings our state level with Stripe's without any webhook: carries on what is unfinished here, reads what is unfinished
 * there, finds what was made behind our back, and names what is left. Repairs only what Stripe shows as final.
 */
export async function reconcileStripe(ctx: Context, rails: Rails): Promise<StripeFinding[]> {
  requireSystem(ctx.actor);
  if (rails.stripe === null) return [];
  await carryOn(ctx, rails);
  await readUnfinished(ctx, rails);
  await collectRefundDebts(ctx);
  const wires = await reconcileWires(ctx, rails, (callId) => leniently(() => runCall(ctx, rails, { callId })));
  const findings = [...wires, ...(await discover(ctx, rails, rails.stripe.client))];
  const blocked = await selectBlockedCalls(ctx.database.reader);
  for (const call of blocked)
    findings.push({
      kind: "stripe-call-blocked",
      reference: call.id,
      ledgerMicros: micros(0n),
      outsideMicros: micros(0n),
      sentence: `Stripe refuses the key of this ${call.kind} call: it was used with another body. ${call.error ?? ""}`,
    });
  return [...findings, ...(await compareBalance(ctx, rails.stripe.client))];
}

async function carryOn(ctx: Context, rails: Rails): Promise<void> {
  const tx = ctx.database.reader;
  const before = new Date(ctx.clock.now().getTime() - GRACE_MS);
  for (const call of await selectPendingCalls(tx, before, BATCH))
    await leniently(() => runCall(ctx, rails, { callId: call.id }));
  for (const event of await selectUnhandledEvents(tx, before, BATCH))
    await leniently(() => handleStripeEvent(ctx, rails, { eventId: event.id }));
}

async function readUnfinished(ctx: Context, rails: Rails): Promise<void> {
  const tx = ctx.database.reader;
  for (const { id } of await selectUnfinishedTopUps(tx, BATCH)) await syncTopUp(ctx, rails, { topUpId: id });
  for (const { id } of await selectUnfinishedRefunds(tx, BATCH)) await syncRefund(ctx, rails, { refundId: id });
  for (const { id } of await selectUnfinishedPayouts(tx, BATCH)) await syncPayout(ctx, rails, { payoutId: id });
  for (const { id } of await selectOpenDisputes(tx, BATCH)) await syncDispute(ctx, rails, id);
  const since = new Date(ctx.clock.now().getTime() - BOUNCE_MS);
  for (const { id } of await selectPaidSince(tx, since, BATCH)) await syncPayout(ctx, rails, { payoutId: id });
  for (const rail of RAILS)
    for (const { source } of await selectDepositsWithoutFee(tx, rail, BATCH))
      if (source !== null) await syncIntent(ctx, rails, source);
}

/** Refunds made at Stripe that took more than their lot held: covered as soon as the organisation has money again. */
async function collectRefundDebts(ctx: Context): Promise<void> {
  const open = await listClearing(ctx.database.reader);
  for (const { reference } of open.filter(({ accountId }) => accountId.startsWith("receivable:")))
    await ctx.database.transaction(async (tx) => {
      const refund = await lockRefund(tx, reference);
      if (refund !== null) await collectDebt(tx, { organisationId: refund.organisationId, reference });
    });
}

/** What Stripe has and we do not: booked where it is ours, named where it is not. */
async function discover(ctx: Context, rails: Rails, client: Stripe): Promise<StripeFinding[]> {
  const created = { gte: Math.floor(ctx.clock.now().getTime() / 1000) - LOOK_BACK_SECONDS };
  const tx = ctx.database.reader;
  const findings: StripeFinding[] = [];
  for await (const intent of client.paymentIntents.list({ created, limit: 100, expand: ["data.latest_charge"] })) {
    if (intent.status !== "succeeded" || (await isCredited(ctx, intent.id))) continue;
    const charge = intent.latest_charge as Stripe.Charge | null;
    const { topUpId, wireId } = intent.metadata;
    if (topUpId !== undefined) await syncTopUp(ctx, rails, { topUpId });
    if (wireId !== undefined) await syncWire(ctx, rails, { wireId, paymentIntentId: intent.id });
    if (charge?.refunded !== true && !(await isCredited(ctx, intent.id))) findings.push(unknownPayment(intent));
  }
  for await (const refund of client.refunds.list({ created, limit: 100 }))
    if ((await findRefundByStripe(tx, refund.id)) === null) await syncStripeRefund(ctx, rails, refund.id);
  for await (const dispute of client.disputes.list({ created, limit: 100 })) await syncDispute(ctx, rails, dispute.id);
  return findings;
}

async function isCredited(ctx: Context, intentId: string): Promise<boolean> {
  for (const rail of RAILS) if ((await findDepositBySource(ctx.database.reader, rail, intentId)) !== null) return true;
  return false;
}

const unknownPayment = (intent: Stripe.PaymentIntent): StripeFinding => ({
  kind: "stripe-unknown-payment",
  reference: intent.id,
  ledgerMicros: micros(0n),
  outsideMicros: fromCents(intent.amount_received),
  sentence: "Stripe took this payment and no top-up asked for it. It is credited to nobody until a person has decided.",
});

/** All that Stripe holds for the platform, pending or available, against the clearing account, to the cent. */
async function compareBalance(ctx: Context, client: Stripe): Promise<StripeFinding[]> {
  const balance = await client.balance.retrieve();
  const outside = sumMicros(
    [...balance.available, ...balance.pending]
      .filter(({ currency }) => currency === "usd")
      .map(({ amount }) => fromCents(amount)),
  );
  const ledger = negateMicros(await balanceOfAccount(ctx.database.reader, STRIPE_BALANCE));
  if (ledger === outside) return [];
  return [
    {
      kind: "stripe-balance",
      reference: STRIPE_BALANCE.id,
      ledgerMicros: ledger,
      outsideMicros: outside,
      sentence: "The money that Stripe says it holds is not what our books say it holds.",
    },
  ];
}

/** One call that does not work now must not keep the others waiting; it is tried again in the next cycle. */
async function leniently(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Error && (error.name === "OutcomeUnknown" || error.name.startsWith("Stripe")))) throw error;
  }
}
