import type Stripe from "stripe";
import { assert, failpoint, fromCents, micros, record, toCents, type Context } from "@/kernel";
import { queueCall } from "../queue-call";
import type { Rails } from "../rails";
import { findProfileByStripe, type ProfileRecord } from "../store/profiles";
import { findWire, insertWire, lockWire, updateWire } from "../store/wires";
import { creditPayment } from "./credit-payment";

/**
 * Reads which wires a customer's virtual account has received and queues, for each that nobody has seen, the payment that
 * moves its money from the customer's cash to the platform. Each wire once, whoever asks and how often; a customer that is
 * no organisation's is left alone.
 */
export async function syncCustomerWires(ctx: Context, rails: Rails, customerId: string): Promise<string[]> {
  const { stripe } = rails;
  const profile = await findProfileByStripe(ctx.database.reader, { stripeCustomerId: customerId });
  if (profile === null || stripe === null) return [];
  const fresh = await unseenWires(ctx, stripe.client, customerId);
  failpoint("wires-read");
  const callIds: string[] = [];
  await ctx.database.transaction(async (tx) => {
    for (const wire of fresh.reverse()) {
      const row = rowOf(wire, profile, customerId);
      if (!(await insertWire(tx, row))) continue;
      const { id: wireId, organisationId, amountMicros } = row;
      const callId = await queueCall(tx, {
        kind: "wire-payment",
        reference: wireId,
        request: {
          cents: toCents(amountMicros),
          customer: customerId,
          metadata: { wireId, organisationId },
        },
        nowMs: ctx.clock.now().getTime(),
      });
      callIds.push(callId);
      const details = { amountMicros: String(amountMicros), senderName: row.senderName, reference: row.reference };
      await record(tx, ctx.actor, { action: "payments.wire-received", target: wireId, organisationId, details });
    }
    failpoint("wires-noted");
  });
  return callIds;
}

/** Wires that are no row yet, youngest first. Rows are made oldest first and all at once, so the first known one ends the search. */
async function unseenWires(
  ctx: Context,
  client: Stripe,
  customerId: string,
): Promise<Stripe.CustomerCashBalanceTransaction[]> {
  const fresh: Stripe.CustomerCashBalanceTransaction[] = [];
  for await (const transaction of client.customers.listCashBalanceTransactions(customerId, { limit: 100 })) {
    if (transaction.type !== "funded" || transaction.currency !== "usd") continue;
    if ((await findWire(ctx.database.reader, transaction.id)) !== null) break;
    fresh.push(transaction);
  }
  return fresh;
}

function rowOf(wire: Stripe.CustomerCashBalanceTransaction, profile: ProfileRecord, customerId: string) {
  const transfer = wire.funded?.bank_transfer;
  return {
    id: wire.id,
    organisationId: profile.organisationId,
    customerId,
    amountMicros: fromCents(wire.net_amount),
    senderName: transfer?.us_bank_transfer?.sender_name ?? null,
    reference: transfer?.reference ?? null,
    receivedAt: new Date(wire.created * 1000),
  };
}

/**
 * Reads the payment of a wire from Stripe and, once it has succeeded, books its money as one deposit. What Stripe kept of it may
 * be told only later: reading a credited wire again books that.
 */
export async function syncWire(
  ctx: Context,
  rails: Rails,
  input: { wireId: string; paymentIntentId?: string },
): Promise<void> {
  const known = await findWire(ctx.database.reader, input.wireId);
  const intentId = known?.paymentIntentId ?? input.paymentIntentId;
  if (known === null || intentId === undefined || rails.stripe === null) return;
  const intent = await rails.stripe.client.paymentIntents.retrieve(intentId, {
    expand: ["latest_charge.balance_transaction"],
  });
  if (intent.metadata["wireId"] !== known.id || intent.status !== "succeeded") return;
  const charge = intent.latest_charge as Stripe.Charge | null;
  const transaction = charge?.balance_transaction as Stripe.BalanceTransaction | null | undefined;
  failpoint("wire-read");
  await ctx.database.transaction(async (tx) => {
    const wire = await lockWire(tx, known.id);
    assert(wire !== null, "wires are never deleted");
    const { depositId } = await creditPayment(ctx, tx, {
      organisationId: wire.organisationId,
      rail: "bank_transfer",
      intentId,
      chargeId: charge?.id ?? null,
      amount: micros(fromCents(intent.amount_received)),
      fee: transaction ? { id: transaction.id, amount: fromCents(transaction.fee) } : null,
      idempotencyKey: `wire:${wire.id}`,
      createdBy: "bank-transfer",
      details: { wireId: wire.id },
    });
    const creditedAt = wire.creditedAt ?? ctx.clock.now();
    await updateWire(tx, wire.id, {
      state: "credited",
      paymentIntentId: intentId,
      depositId,
      creditedAt,
      failure: null,
    });
    failpoint("wire-booked");
  });
}
