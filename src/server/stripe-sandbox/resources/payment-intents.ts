import type Stripe from "stripe";
import { z } from "zod";
import { retrieval } from "../core/retrieval";
import type { Call, Route } from "../core/call";
import { capture, releaseAuthorisation } from "../core/capture";
import { all, find, idOf, keep } from "../core/call";
import { payFromCash, unapplyCash } from "../core/bank-transfer";
import { behaviourOf, cashMethod, methodForToken } from "../core/cards";
import { attempt, declinedFailure } from "../core/charging";
import { emit } from "../core/events";
import { invalid, missing } from "../core/failure";
import { newIntent } from "../core/intent";
import { listed } from "../core/list";
import { Amount, Bool, Created, Currency, Metadata, Page, Text, mergedMetadata, read } from "../core/parameters";
import { now } from "../core/state";

const Changes = {
  customer: Text.optional(),
  description: z.string().optional(),
  metadata: Metadata.optional(),
  payment_method: Text.optional(),
  receipt_email: z.string().optional(),
  setup_future_usage: z.enum(["off_session", "on_session"]).optional(),
  transfer_group: z.string().optional(),
};
const Cash = {
  payment_method_data: z.strictObject({ type: z.literal("customer_balance") }).optional(),
  payment_method_options: z
    .strictObject({
      customer_balance: z.strictObject({
        bank_transfer: z.strictObject({ type: z.literal("us_bank_transfer") }).optional(),
        funding_type: z.literal("bank_transfer"),
      }),
    })
    .optional(),
};
const Create = z.strictObject({
  ...Changes,
  ...Cash,
  allowed_payment_method_types: z.array(z.enum(["card", "customer_balance", "us_bank_account"])).optional(),
  amount: Amount,
  capture_method: z.enum(["automatic", "automatic_async", "manual"]).optional(),
  automatic_payment_methods: z
    .strictObject({ enabled: Bool, allow_redirects: z.enum(["always", "never"]).optional() })
    .optional(),
  confirm: Bool.optional(),
  currency: Currency,
  off_session: Bool.optional(),
  return_url: Text.optional(),
});
const Confirm = z.strictObject({
  ...Cash,
  off_session: Bool.optional(),
  payment_method: Text.optional(),
  return_url: Text.optional(),
});

/** /v1/payment_intents */
export const paymentIntentRoutes: readonly Route[] = [
  {
    method: "POST",
    path: "/v1/payment_intents",
    run: (call) => {
      const input = read(call.parameters, Create);
      if (input.customer !== undefined) find(call, "customers", input.customer, "customer");
      if (input.off_session === true && input.confirm !== true) {
        throw invalid("`off_session` can only be used when `confirm` is true.", "parameter_invalid", "off_session");
      }
      const method = methodIn(call, input);
      const intent = newIntent(call.state, {
        ...input,
        allowed: input.allowed_payment_method_types ?? null,
      });
      keep(call.state, call.owner, "paymentIntents", intent);
      emit(call.state, call, "payment_intent.created", intent);
      if (method !== null) Object.assign(intent, { payment_method: method.id, status: "requires_confirmation" });
      return input.confirm === true ? confirmed(call, intent, input.off_session === true) : intent;
    },
  },
  {
    method: "POST",
    path: "/v1/payment_intents/:id/confirm",
    run: (call) => {
      const intent = find(call, "paymentIntents", call.path[0] ?? "");
      const input = read(call.parameters, Confirm);
      const method = methodIn(call, input);
      if (method !== null) intent.payment_method = method.id;
      return confirmed(call, intent, input.off_session === true);
    },
  },
  {
    method: "POST",
    path: "/v1/payment_intents/:id/capture",
    run: (call) => {
      const intent = find(call, "paymentIntents", call.path[0] ?? "");
      const input = read(
        call.parameters,
        z.strictObject({ amount_to_capture: Amount.optional(), metadata: Metadata.optional() }),
      );
      if (intent.status !== "requires_capture") throw unexpectedState(intent, "capture");
      intent.metadata = mergedMetadata(intent.metadata, input.metadata);
      capture(call.state, call, intent, input.amount_to_capture ?? intent.amount_capturable);
      return intent;
    },
  },
  {
    method: "POST",
    path: "/v1/payment_intents/:id/cancel",
    run: (call) => {
      const intent = find(call, "paymentIntents", call.path[0] ?? "");
      const reasons = z.enum(["abandoned", "duplicate", "fraudulent", "requested_by_customer"]);
      const input = read(call.parameters, z.strictObject({ cancellation_reason: reasons.optional() }));
      if (["canceled", "processing", "succeeded"].includes(intent.status)) throw unexpectedState(intent, "cancel");
      if (intent.status === "requires_capture") {
        releaseAuthorisation(call.state, call, intent, input.cancellation_reason ?? null);
        return intent;
      }
      unapplyCash(call.state, call, intent);
      intent.next_action = null;
      intent.status = "canceled";
      intent.canceled_at = now(call.state);
      intent.cancellation_reason = input.cancellation_reason ?? null;
      emit(call.state, call, "payment_intent.canceled", intent);
      return intent;
    },
  },
  {
    method: "POST",
    path: "/v1/payment_intents/:id",
    run: (call) => {
      const intent = find(call, "paymentIntents", call.path[0] ?? "");
      const input = read(call.parameters, z.strictObject({ ...Changes, amount: Amount.optional() }));
      if (input.amount !== undefined && ["canceled", "processing", "succeeded"].includes(intent.status)) {
        throw unexpectedState(intent, "update the amount of");
      }
      intent.amount = input.amount ?? intent.amount;
      intent.customer = input.customer ?? intent.customer;
      intent.description = input.description ?? intent.description;
      intent.receipt_email = input.receipt_email ?? intent.receipt_email;
      intent.setup_future_usage = input.setup_future_usage ?? intent.setup_future_usage;
      intent.transfer_group = input.transfer_group ?? intent.transfer_group;
      intent.metadata = mergedMetadata(intent.metadata, input.metadata);
      if (input.payment_method !== undefined) intent.payment_method = methodOf(call, input.payment_method).id;
      return intent;
    },
  },
  retrieval("/v1/payment_intents/:id", "paymentIntents"),
  {
    method: "GET",
    path: "/v1/payment_intents",
    run: (call) => {
      const page = read(
        call.parameters,
        z.strictObject({ ...Page, created: Created.optional(), customer: Text.optional() }),
      );
      const found = all(call, "paymentIntents").filter(
        ({ customer }) => page.customer === undefined || idOf(customer) === page.customer,
      );
      return listed("/v1/payment_intents", found, page);
    },
  },
];

function confirmed(call: Call, intent: Stripe.PaymentIntent, isOffSession: boolean): Stripe.PaymentIntent {
  if (!["requires_action", "requires_confirmation", "requires_payment_method"].includes(intent.status)) {
    throw unexpectedState(intent, "confirm");
  }
  const id = idOf(intent.payment_method);
  if (id === null) {
    throw invalid(
      "You cannot confirm this PaymentIntent because it's missing a payment method.",
      "payment_intent_unexpected_state",
      "payment_method",
    );
  }
  const method = find(call, "paymentMethods", id, "payment_method");
  if (method.type === "customer_balance") {
    payFromCash(call.state, call, intent, method);
    return intent;
  }
  // A card that its owner has saved with consent is not asked for 3-D Secure again, unless its bank always asks.
  const is3dsDone = isOffSession && method.customer !== null && behaviourOf(method) !== "asks-3ds-always";
  attempt(call.state, call, intent, method, { origin: call.origin, is3dsDone, isOffSession });
  if (intent.last_payment_error !== null) throw declinedFailure(intent);
  return intent;
}

/** The payment method that a request names or describes; null if it does neither. */
function methodIn(
  call: Call,
  input: { payment_method?: string | undefined; payment_method_data?: { type: "customer_balance" } | undefined },
): Stripe.PaymentMethod | null {
  if (input.payment_method !== undefined) return methodOf(call, input.payment_method);
  if (input.payment_method_data === undefined) return null;
  return keep(call.state, call.owner, "paymentMethods", cashMethod(call.state));
}

function methodOf(call: Call, id: string): Stripe.PaymentMethod {
  const fresh = methodForToken(call.state, id);
  if (fresh !== null) return keep(call.state, call.owner, "paymentMethods", fresh);
  const row = call.state.tables.paymentMethods[id];
  if (row === undefined || row.owner !== call.owner) throw missing("PaymentMethod", id, "payment_method");
  return row.body;
}

function unexpectedState(intent: Stripe.PaymentIntent, verb: string): Error {
  return invalid(
    `You cannot ${verb} this PaymentIntent because it has a status of ${intent.status}.`,
    "payment_intent_unexpected_state",
  );
}
