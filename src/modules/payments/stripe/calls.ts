import type Stripe from "stripe";
import { z } from "zod";
import { assert } from "@/kernel";
import type { StripeRail } from "./client";

const Metadata = z.record(z.string(), z.string());
const Cents = z.number().int().positive();

/** What each kind of call asks for. Parsed again when it is carried out: a row that says anything else is a bug. */
export const CALLS = {
  "checkout-session": z.strictObject({
    cents: Cents,
    method: z.enum(["card", "ach"]),
    customer: z.string(),
    successUrl: z.string(),
    cancelUrl: z.string(),
    metadata: Metadata,
  }),
  "off-session-payment": z.strictObject({
    cents: Cents,
    customer: z.string(),
    paymentMethod: z.string(),
    metadata: Metadata,
  }),
  "wire-payment": z.strictObject({ cents: Cents, customer: z.string(), metadata: Metadata }),
  "cash-return": z.strictObject({ cents: Cents, customer: z.string(), metadata: Metadata }),
  "dispute-evidence": z.strictObject({ dispute: z.string(), evidence: z.record(z.string(), z.string()) }),
  refund: z.strictObject({ cents: Cents, paymentIntent: z.string(), metadata: Metadata }),
  transfer: z.strictObject({ cents: Cents, destination: z.string(), group: z.string(), metadata: Metadata }),
  "connected-payout": z.strictObject({ cents: Cents, metadata: Metadata }),
  "transfer-reversal": z.strictObject({ cents: Cents, transfer: z.string(), metadata: Metadata }),
} as const;
export type CallKind = keyof typeof CALLS;
export type CallRequest<K extends CallKind> = z.infer<(typeof CALLS)[K]>;

/** A frozen call as it is carried out. */
export interface Call {
  readonly id: string;
  readonly kind: string;
  readonly request: unknown;
  readonly account: string | null;
}

export function isCallKind(kind: string): kind is CallKind {
  return Object.hasOwn(CALLS, kind);
}

/** Carries a call out under its own id as idempotency key. Answers the id of what Stripe made, and its page if it has one. */
export async function carryOut(rail: StripeRail, call: Call): Promise<{ externalId: string; url: string | null }> {
  const { client } = rail;
  const options: Stripe.RequestOptions = {
    idempotencyKey: call.id,
    ...(call.account === null ? {} : { stripeAccount: call.account }),
  };
  assert(isCallKind(call.kind), "the outbox holds known kinds only");
  switch (call.kind) {
    case "checkout-session": {
      const session = await client.checkout.sessions.create(sessionOf(call), options);
      return { externalId: session.id, url: session.url };
    }
    case "off-session-payment": {
      const r = CALLS["off-session-payment"].parse(call.request);
      const intent = await client.paymentIntents.create(
        {
          amount: r.cents,
          currency: "usd",
          customer: r.customer,
          payment_method: r.paymentMethod,
          allowed_payment_method_types: ["card"],
          off_session: true,
          confirm: true,
          metadata: { ...r.metadata, callId: call.id },
        },
        options,
      );
      return { externalId: intent.id, url: null };
    }
    case "wire-payment": {
      const r = CALLS["wire-payment"].parse(call.request);
      const intent = await client.paymentIntents.create(
        {
          amount: r.cents,
          currency: "usd",
          customer: r.customer,
          allowed_payment_method_types: ["customer_balance"],
          payment_method_data: { type: "customer_balance" },
          payment_method_options: {
            customer_balance: { funding_type: "bank_transfer", bank_transfer: { type: "us_bank_transfer" } },
          },
          confirm: true,
          metadata: { ...r.metadata, callId: call.id },
        },
        options,
      );
      return { externalId: intent.id, url: null };
    }
    case "cash-return": {
      const r = CALLS["cash-return"].parse(call.request);
      const metadata = { ...r.metadata, callId: call.id };
      const refund = await client.refunds.create(
        { amount: r.cents, currency: "usd", customer: r.customer, origin: "customer_balance", metadata },
        options,
      );
      return { externalId: refund.id, url: null };
    }
    case "dispute-evidence": {
      const r = CALLS["dispute-evidence"].parse(call.request);
      const metadata = { callId: call.id };
      const dispute = await client.disputes.update(
        r.dispute,
        { evidence: r.evidence, submit: true, metadata },
        options,
      );
      return { externalId: dispute.id, url: null };
    }
    case "refund": {
      const r = CALLS.refund.parse(call.request);
      const metadata = { ...r.metadata, callId: call.id };
      const refund = await client.refunds.create(
        { amount: r.cents, payment_intent: r.paymentIntent, reason: "requested_by_customer", metadata },
        options,
      );
      return { externalId: refund.id, url: null };
    }
    case "transfer": {
      const r = CALLS.transfer.parse(call.request);
      const transfer = await client.transfers.create(
        {
          amount: r.cents,
          currency: "usd",
          destination: r.destination,
          transfer_group: r.group,
          metadata: { ...r.metadata, callId: call.id },
        },
        options,
      );
      return { externalId: transfer.id, url: null };
    }
    case "connected-payout": {
      const r = CALLS["connected-payout"].parse(call.request);
      const metadata = { ...r.metadata, callId: call.id };
      const payout = await client.payouts.create({ amount: r.cents, currency: "usd", metadata }, options);
      return { externalId: payout.id, url: null };
    }
    case "transfer-reversal": {
      const r = CALLS["transfer-reversal"].parse(call.request);
      const metadata = { ...r.metadata, callId: call.id };
      const reversal = await client.transfers.createReversal(r.transfer, { amount: r.cents, metadata }, options);
      return { externalId: reversal.id, url: null };
    }
  }
}

function sessionOf(call: Call): Stripe.Checkout.SessionCreateParams {
  const r = CALLS["checkout-session"].parse(call.request);
  const metadata = { ...r.metadata, callId: call.id };
  return {
    mode: "payment",
    customer: r.customer,
    client_reference_id: r.metadata.topUpId ?? call.id,
    success_url: r.successUrl,
    cancel_url: r.cancelUrl,
    allowed_payment_method_types: [r.method === "card" ? "card" : "us_bank_account"],
    line_items: [
      {
        quantity: 1,
        price_data: { currency: "usd", unit_amount: r.cents, product_data: { name: "Trainyard balance" } },
      },
    ],
    metadata,
    payment_intent_data: {
      metadata,
      ...(r.method === "card" ? { setup_future_usage: "off_session" as const } : {}),
    },
  };
}

/**
 * Finds what a call made earlier by the call's id in its metadata; null when Stripe has nothing. Stripe forgets idempotency
 * keys after a day, so an older call must look before it asks again.
 */
export async function findEarlier(rail: StripeRail, call: Call, since: Date): Promise<{ externalId: string } | null> {
  const { client } = rail;
  const created = { gte: Math.floor(since.getTime() / 1000) - 60 };
  const options: Stripe.RequestOptions = call.account === null ? {} : { stripeAccount: call.account };
  assert(isCallKind(call.kind), "the outbox holds known kinds only");
  switch (call.kind) {
    case "checkout-session":
      return first(client.checkout.sessions.list({ created, limit: 100 }), call.id);
    case "off-session-payment": {
      const { customer } = CALLS["off-session-payment"].parse(call.request);
      return first(client.paymentIntents.list({ customer, created, limit: 100 }), call.id);
    }
    case "wire-payment": {
      const { customer } = CALLS["wire-payment"].parse(call.request);
      return first(client.paymentIntents.list({ customer, created, limit: 100 }), call.id);
    }
    case "cash-return":
      return first(client.refunds.list({ created, limit: 100 }), call.id);
    case "dispute-evidence": {
      const { dispute } = CALLS["dispute-evidence"].parse(call.request);
      const { metadata } = await client.disputes.retrieve(dispute);
      return metadata["callId"] === call.id ? { externalId: dispute } : null;
    }
    case "refund": {
      const { paymentIntent } = CALLS.refund.parse(call.request);
      return first(client.refunds.list({ payment_intent: paymentIntent, limit: 100 }), call.id);
    }
    case "transfer": {
      const { group } = CALLS.transfer.parse(call.request);
      return first(client.transfers.list({ transfer_group: group, limit: 100 }), call.id);
    }
    case "connected-payout":
      return first(client.payouts.list({ created, limit: 100 }, options), call.id);
    case "transfer-reversal": {
      const { transfer } = CALLS["transfer-reversal"].parse(call.request);
      return first(client.transfers.listReversals(transfer, { limit: 100 }), call.id);
    }
  }
}

async function first(
  list: AsyncIterable<{ id: string; metadata?: Stripe.Metadata | null }>,
  callId: string,
): Promise<{ externalId: string } | null> {
  for await (const item of list) if (item.metadata?.callId === callId) return { externalId: item.id };
  return null;
}
