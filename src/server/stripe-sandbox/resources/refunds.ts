import type Stripe from "stripe";
import { z } from "zod";
import { retrieval } from "../core/retrieval";
import { payWaiting } from "../core/bank-transfer";
import { book } from "../core/books";
import type { Call, Route } from "../core/call";
import { cashAccount, cashOf, moveCash, note } from "../core/cash";
import { all, find, idOf, keep } from "../core/call";
import { emit } from "../core/events";
import { invalid } from "../core/failure";
import { listed } from "../core/list";
import { Amount, Created, Metadata, Page, Text, mergedMetadata, read } from "../core/parameters";
import { newId, now } from "../core/state";

const Return = z.strictObject({
  amount: Amount,
  currency: z.literal("usd"),
  customer: Text,
  instructions_email: Text.optional(),
  metadata: Metadata.optional(),
  origin: z.literal("customer_balance"),
});
const Create = z.strictObject({
  amount: Amount.optional(),
  charge: Text.optional(),
  metadata: Metadata.optional(),
  payment_intent: Text.optional(),
  reason: z.enum(["duplicate", "fraudulent", "requested_by_customer"]).optional(),
});
const List = z.strictObject({
  ...Page,
  charge: Text.optional(),
  created: Created.optional(),
  payment_intent: Text.optional(),
});

/** /v1/refunds */
export const refundRoutes: readonly Route[] = [
  {
    method: "POST",
    path: "/v1/refunds",
    run: (call) => (call.parameters["origin"] === undefined ? createRefund(call) : returnCash(call)),
  },
  retrieval("/v1/refunds/:id", "refunds"),
  {
    method: "POST",
    path: "/v1/refunds/:id",
    run: (call) => {
      const refund = find(call, "refunds", call.path[0] ?? "");
      const input = read(call.parameters, z.strictObject({ metadata: Metadata }));
      refund.metadata = mergedMetadata(refund.metadata ?? {}, input.metadata);
      return refund;
    },
  },
  {
    method: "GET",
    path: "/v1/refunds",
    run: (call) => {
      const page = read(call.parameters, List);
      const found = all(call, "refunds").filter(
        (refund) =>
          (page.charge === undefined || idOf(refund.charge) === page.charge) &&
          (page.payment_intent === undefined || idOf(refund.payment_intent) === page.payment_intent),
      );
      return listed("/v1/refunds", found, page);
    },
  },
];

function createRefund(call: Call): Stripe.Refund {
  const input = read(call.parameters, Create);
  const charge = chargeOf(call, input);
  if (charge.status !== "succeeded") {
    throw invalid(`Charge ${charge.id} is ${charge.status} and cannot be refunded.`, "charge_not_refundable");
  }
  if (!charge.captured) {
    throw invalid(`Charge ${charge.id} is not captured: cancel its PaymentIntent.`, "charge_not_refundable");
  }
  const isTakenBack = all(call, "disputes").some(
    (dispute) => idOf(dispute.charge) === charge.id && !dispute.is_charge_refundable,
  );
  if (isTakenBack) throw invalid(`Charge ${charge.id} has been charged back.`, "charge_disputed");
  const left = charge.amount - charge.amount_refunded;
  const amount = input.amount ?? left;
  if (left === 0) throw invalid(`Charge ${charge.id} has already been refunded.`, "charge_already_refunded");
  if (amount > left) {
    throw invalid(
      `Refund amount (${amount}) is greater than unrefunded amount on charge (${left})`,
      undefined,
      "amount",
    );
  }
  const id = newId("re");
  const customer = idOf(charge.customer);
  const isCash = charge.payment_method_details?.type === "customer_balance" && customer !== null;
  const transaction = book(call.state, {
    owner: call.owner,
    type: "refund",
    category: "refund",
    source: id,
    currency: charge.currency,
    amount: -amount,
    description: `REFUND FOR CHARGE`,
    ...(isCash ? { from: cashAccount(customer, charge.currency) } : {}),
  });
  const refund = {
    id,
    object: "refund",
    amount,
    balance_transaction: transaction.id,
    charge: charge.id,
    created: now(call.state),
    currency: charge.currency,
    customer: idOf(charge.customer),
    customer_account: null,
    destination_details: isCash
      ? { customer_cash_balance: {}, type: "customer_cash_balance" }
      : { card: { type: "refund" }, type: "card" },
    metadata: mergedMetadata({}, input.metadata),
    payment_intent: idOf(charge.payment_intent),
    payment_method: charge.payment_method,
    reason: input.reason ?? null,
    receipt_number: null,
    source_transfer_reversal: null,
    status: "succeeded",
    transfer_reversal: null,
  } satisfies Stripe.Refund;
  keep(call.state, call.owner, "refunds", refund);
  charge.amount_refunded += amount;
  charge.refunded = charge.amount_refunded === charge.amount;
  emit(call.state, call, "charge.refunded", charge);
  emit(call.state, call, "refund.created", refund);
  if (isCash) {
    const moved = { id: newId("ccsbtxn"), customer, currency: charge.currency, amount };
    note(call.state, call, moved, { type: "refunded_from_payment", refunded_from_payment: { refund: id } });
    payWaiting(call.state, call, customer);
  }
  return refund;
}

/** Sends a customer's cash back to the bank account that it came from. The platform's balance is not touched. */
function returnCash(call: Call): Stripe.Refund {
  const input = read(call.parameters, Return);
  const customer = find(call, "customers", input.customer, "customer");
  const { amount, currency } = input;
  if (cashOf(call.state, customer.id, currency) < amount) {
    throw invalid("The customer's cash balance does not cover this refund.", "balance_insufficient", "amount");
  }
  const id = newId("pyr");
  const other = `outside:bank_transfer:${currency}`;
  const move = { customer: customer.id, currency, amount: -amount, other };
  moveCash(call.state, call, move, { type: "return_initiated" });
  const refund = {
    id,
    object: "refund",
    amount,
    balance_transaction: null,
    charge: null,
    created: now(call.state),
    currency,
    customer: customer.id,
    customer_account: null,
    destination_details: { type: "us_bank_transfer", us_bank_transfer: { reference: null, reference_status: null } },
    metadata: mergedMetadata({}, input.metadata),
    payment_intent: null,
    payment_method: null,
    reason: null,
    receipt_number: null,
    source_transfer_reversal: null,
    status: "succeeded",
    transfer_reversal: null,
  } satisfies Stripe.Refund;
  keep(call.state, call.owner, "refunds", refund);
  emit(call.state, call, "refund.created", refund);
  return refund;
}

function chargeOf(call: Call, input: { charge?: string | undefined; payment_intent?: string | undefined }) {
  if (input.charge !== undefined) return find(call, "charges", input.charge, "charge");
  if (input.payment_intent === undefined) {
    throw invalid("One of the following params should be provided: payment_intent or charge.", "parameter_missing");
  }
  const intent = find(call, "paymentIntents", input.payment_intent, "payment_intent");
  const id = idOf(intent.latest_charge);
  if (id === null) throw invalid(`This PaymentIntent (${intent.id}) does not have a successful charge to refund.`);
  return find(call, "charges", id);
}
