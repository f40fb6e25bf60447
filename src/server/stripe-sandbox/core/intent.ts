import type Stripe from "stripe";
import { mergedMetadata } from "./parameters";
import type { State } from "./state";
import { newId, now } from "./state";

/** What a new intent is made from. */
export interface IntentInput {
  readonly amount: number;
  readonly currency: string;
  /** Null allows everything that the sandbox has. */
  readonly allowed: readonly ("card" | "customer_balance" | "us_bank_account")[] | null;
  readonly capture_method?: "automatic" | "automatic_async" | "manual" | undefined;
  readonly customer?: string | undefined;
  readonly description?: string | undefined;
  readonly metadata?: Readonly<Record<string, string>> | "" | undefined;
  readonly receipt_email?: string | undefined;
  readonly setup_future_usage?: "off_session" | "on_session" | undefined;
  readonly transfer_group?: string | undefined;
}

/** An intent that nobody has tried to pay yet. */
export function newIntent(state: State, input: IntentInput): Stripe.PaymentIntent {
  const id = newId("pi");
  return {
    id,
    object: "payment_intent",
    allowed_payment_method_types: input.allowed === null ? null : [...input.allowed],
    amount: input.amount,
    amount_capturable: 0,
    amount_details: { tip: {} },
    amount_received: 0,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods: { enabled: true },
    canceled_at: null,
    cancellation_reason: null,
    capture_method: input.capture_method ?? "automatic",
    client_secret: newId(`${id}_secret`),
    confirmation_method: "automatic",
    created: now(state),
    currency: input.currency,
    customer: input.customer ?? null,
    customer_account: null,
    description: input.description ?? null,
    excluded_payment_method_types: null,
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    managed_payments: null,
    metadata: mergedMetadata({}, input.metadata),
    next_action: null,
    on_behalf_of: null,
    payment_method: null,
    payment_method_configuration_details: null,
    payment_method_options: {},
    payment_method_types: [...(input.allowed ?? ["card", "us_bank_account"])],
    payment_record: null,
    processing: null,
    receipt_email: input.receipt_email ?? null,
    review: null,
    setup_future_usage: input.setup_future_usage ?? null,
    shipping: null,
    source: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: "requires_payment_method",
    transfer_data: null,
    transfer_group: input.transfer_group ?? null,
  } satisfies Stripe.PaymentIntent;
}
