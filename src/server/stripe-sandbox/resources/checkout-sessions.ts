import type Stripe from "stripe";
import { z } from "zod";
import { retrieval } from "../core/retrieval";
import type { Call, Route } from "../core/call";
import { all, find, idOf, keep } from "../core/call";
import { invalid } from "../core/failure";
import { listed } from "../core/list";
import { Amount, Created, Currency, Int, Metadata, Page, Text, mergedMetadata, read } from "../core/parameters";
import { expireSession } from "../core/session-outcome";
import { newId, now } from "../core/state";

const DAY_SECONDS = 86_400;
const Item = z.strictObject({
  price_data: z.strictObject({
    currency: Currency,
    product_data: z.strictObject({
      name: Text,
      description: z.string().optional(),
      metadata: Metadata.optional(),
    }),
    unit_amount: Amount,
  }),
  quantity: Amount.optional(),
});
const Create = z.strictObject({
  allowed_payment_method_types: z.array(z.enum(["card", "us_bank_account"])).optional(),
  cancel_url: Text.optional(),
  client_reference_id: z.string().max(200).optional(),
  customer: Text.optional(),
  customer_creation: z.enum(["always", "if_required"]).optional(),
  customer_email: Text.optional(),
  expires_at: Int.optional(),
  line_items: z.array(Item).min(1).max(100),
  locale: Text.optional(),
  metadata: Metadata.optional(),
  mode: z.literal("payment"),
  payment_intent_data: z
    .strictObject({
      description: z.string().optional(),
      metadata: Metadata.optional(),
      receipt_email: z.string().optional(),
      setup_future_usage: z.enum(["off_session", "on_session"]).optional(),
      transfer_group: z.string().optional(),
    })
    .optional(),
  submit_type: z.enum(["auto", "pay"]).optional(),
  success_url: Text,
});

/** /v1/checkout/sessions */
export const checkoutSessionRoutes: readonly Route[] = [
  { method: "POST", path: "/v1/checkout/sessions", run: createSession },
  retrieval("/v1/checkout/sessions/:id", "sessions"),
  {
    method: "GET",
    path: "/v1/checkout/sessions/:id/line_items",
    run: (call) => {
      const session = find(call, "sessions", call.path[0] ?? "");
      const page = read(call.parameters, z.strictObject(Page));
      const items = [...(call.state.lineItems[session.id] ?? [])].reverse();
      return listed(`/v1/checkout/sessions/${session.id}/line_items`, items, page);
    },
  },
  {
    method: "POST",
    path: "/v1/checkout/sessions/:id/expire",
    run: (call) => {
      const session = find(call, "sessions", call.path[0] ?? "");
      read(call.parameters, z.strictObject({}));
      if (session.status !== "open") {
        throw invalid(
          `Only Checkout Sessions with a status in ["open"] can be expired. This one is ${session.status}.`,
        );
      }
      expireSession(call.state, call, session);
      return session;
    },
  },
  {
    method: "GET",
    path: "/v1/checkout/sessions",
    run: (call) => {
      const page = read(
        call.parameters,
        z.strictObject({
          ...Page,
          created: Created.optional(),
          customer: Text.optional(),
          payment_intent: Text.optional(),
          status: z.enum(["complete", "expired", "open"]).optional(),
        }),
      );
      const found = all(call, "sessions").filter(
        (session) =>
          (page.customer === undefined || idOf(session.customer) === page.customer) &&
          (page.payment_intent === undefined || idOf(session.payment_intent) === page.payment_intent) &&
          (page.status === undefined || session.status === page.status),
      );
      return listed("/v1/checkout/sessions", found, page);
    },
  },
];

function createSession(call: Call): Stripe.Checkout.Session {
  const input = read(call.parameters, Create);
  const created = now(call.state);
  const expiresAt = input.expires_at ?? created + DAY_SECONDS;
  if (expiresAt < created + 1_800 || expiresAt > created + DAY_SECONDS + 60) {
    throw invalid("`expires_at` must be between 30 minutes and 24 hours from now.", "parameter_invalid", "expires_at");
  }
  const customer = input.customer === undefined ? null : find(call, "customers", input.customer, "customer");
  const currency = input.line_items[0]?.price_data.currency ?? "usd";
  if (input.line_items.some((item) => item.price_data.currency !== currency)) {
    throw invalid("All line items must have the same currency.", "parameter_invalid", "line_items");
  }
  const items = input.line_items.map((item) => lineItem(item, created));
  const total = items.reduce((sum, item) => sum + item.amount_total, 0);
  const allowed = input.allowed_payment_method_types ?? null;
  const id = newId("cs_test", 58);
  const session = {
    id,
    object: "checkout.session",
    adaptive_pricing: null,
    after_expiration: null,
    allow_promotion_codes: null,
    allowed_payment_method_types: allowed,
    amount_subtotal: total,
    amount_total: total,
    automatic_tax: { enabled: false, liability: null, provider: null, status: null },
    billing_address_collection: null,
    cancel_url: input.cancel_url ?? null,
    client_reference_id: input.client_reference_id ?? null,
    client_secret: null,
    collected_information: null,
    consent: null,
    consent_collection: null,
    created,
    currency,
    currency_conversion: null,
    custom_fields: [],
    custom_text: {
      after_submit: null,
      shipping_address: null,
      submit: null,
      terms_of_service_acceptance: null,
    },
    customer: customer?.id ?? null,
    customer_account: null,
    customer_creation: customer === null ? (input.customer_creation ?? "if_required") : null,
    customer_details: customerDetails(customer?.email ?? input.customer_email ?? null),
    customer_email: input.customer_email ?? null,
    discounts: null,
    expires_at: expiresAt,
    integration_identifier: null,
    invoice: null,
    invoice_creation: null,
    livemode: false,
    locale: (input.locale as Stripe.Checkout.Session.Locale | undefined) ?? null,
    managed_payments: null,
    metadata: mergedMetadata({}, input.metadata),
    mode: "payment",
    origin_context: null,
    payment_intent: null,
    payment_link: null,
    payment_method_collection: "if_required",
    payment_method_configuration_details: null,
    payment_method_options: {},
    payment_method_types: allowed ?? ["card", "us_bank_account"],
    payment_status: "unpaid",
    permissions: null,
    phone_number_collection: { enabled: false },
    recovered_from: null,
    saved_payment_method_options: null,
    setup_intent: null,
    shipping_address_collection: null,
    shipping_cost: null,
    shipping_options: [],
    status: "open",
    submit_type: input.submit_type ?? null,
    subscription: null,
    success_url: input.success_url,
    total_details: { amount_discount: 0, amount_shipping: 0, amount_tax: 0 },
    ui_mode: "hosted_page" as Stripe.Checkout.Session.UiMode,
    url: `${call.origin}/c/pay/${id}`,
    wallet_options: null,
  } satisfies Stripe.Checkout.Session;
  call.state.lineItems[id] = items;
  // As at Stripe, the intent comes into being when the payer first tries to pay.
  call.state.plannedIntents[id] = {
    ...input.payment_intent_data,
    amount: total,
    allowed,
    currency,
    customer: customer?.id,
  };
  return keep(call.state, call.owner, "sessions", session);
}

function customerDetails(email: string | null): Stripe.Checkout.Session.CustomerDetails | null {
  if (email === null) return null;
  return {
    address: null,
    business_name: null,
    email,
    individual_name: null,
    name: null,
    phone: null,
    tax_exempt: "none",
    tax_ids: null,
  };
}

function lineItem(item: z.output<typeof Item>, created: number): Stripe.LineItem {
  const { currency, product_data: product, unit_amount: unitAmount } = item.price_data;
  const amount = unitAmount * (item.quantity ?? 1);
  return {
    id: newId("li"),
    object: "item",
    adjustable_quantity: null,
    amount_discount: 0,
    amount_subtotal: amount,
    amount_tax: 0,
    amount_total: amount,
    currency,
    description: product.name,
    metadata: {},
    price: {
      id: newId("price"),
      object: "price",
      active: false,
      billing_scheme: "per_unit",
      created,
      currency,
      custom_unit_amount: null,
      livemode: false,
      lookup_key: null,
      metadata: {},
      nickname: null,
      product: newId("prod", 14),
      recurring: null,
      tax_behavior: "unspecified",
      tiers_mode: null,
      transform_quantity: null,
      type: "one_time",
      unit_amount: unitAmount,
      unit_amount_decimal: String(unitAmount),
    } as unknown as Stripe.Price,
    quantity: item.quantity ?? 1,
  };
}
