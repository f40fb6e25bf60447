import type Stripe from "stripe";
import { z } from "zod";
import { retrieval } from "../core/retrieval";
import type { Call, Route } from "../core/call";
import { all, find, keep } from "../core/call";
import { byItself, emit } from "../core/events";
import { listed } from "../core/list";
import { Bool, Created, Metadata, Page, Text, mergedMetadata, read } from "../core/parameters";
import { newId, now } from "../core/state";

const Requested = z.strictObject({ requested: Bool }).optional();
const Fields = {
  business_profile: z
    .strictObject({
      mcc: Text.optional(),
      name: Text.optional(),
      product_description: Text.optional(),
      support_email: Text.optional(),
      url: Text.optional(),
    })
    .optional(),
  business_type: z.enum(["company", "government_entity", "individual", "non_profit"]).optional(),
  capabilities: z.strictObject({ card_payments: Requested, transfers: Requested }).optional(),
  email: z.string().optional(),
  metadata: Metadata.optional(),
  settings: z
    .strictObject({
      payouts: z.strictObject({
        debit_negative_balances: Bool.optional(),
        schedule: z.strictObject({ interval: z.enum(["daily", "manual", "monthly", "weekly"]) }).optional(),
      }),
    })
    .optional(),
  tos_acceptance: z.strictObject({ service_agreement: z.enum(["full", "recipient"]) }).optional(),
};
const Create = z.strictObject({
  ...Fields,
  controller: z
    .strictObject({
      fees: z.strictObject({ payer: z.literal("application") }).optional(),
      losses: z.strictObject({ payments: z.literal("application") }).optional(),
      requirement_collection: z.literal("stripe").optional(),
      stripe_dashboard: z.strictObject({ type: z.literal("express") }),
    })
    .optional(),
  country: z.string().length(2).optional(),
  type: z.literal("express").optional(),
});

/** /v1/accounts: Express accounts, onboarded on a hosted page. */
export const accountRoutes: readonly Route[] = [
  { method: "POST", path: "/v1/accounts", run: createAccount },
  retrieval("/v1/accounts/:id", "accounts"),
  {
    method: "POST",
    path: "/v1/accounts/:id",
    run: (call) => {
      const account = find(call, "accounts", call.path[0] ?? "");
      change(account, read(call.parameters, z.strictObject(Fields)));
      emit(call.state, byItself(account.id), "account.updated", account);
      return account;
    },
  },
  {
    method: "DELETE",
    path: "/v1/accounts/:id",
    run: (call) => {
      const { id } = find(call, "accounts", call.path[0] ?? "");
      delete call.state.tables.accounts[id];
      return { id, object: "account", deleted: true } satisfies Stripe.DeletedAccount;
    },
  },
  {
    method: "GET",
    path: "/v1/accounts",
    run: (call) => {
      const page = read(call.parameters, z.strictObject({ ...Page, created: Created.optional() }));
      return listed("/v1/accounts", all(call, "accounts"), page);
    },
  },
  {
    method: "POST",
    path: "/v1/accounts/:id/login_links",
    run: (call) => {
      const { id } = find(call, "accounts", call.path[0] ?? "");
      return { object: "login_link", created: now(call.state), url: `${call.origin}/connect/${id}/dashboard` };
    },
  },
  {
    method: "POST",
    path: "/v1/account_links",
    run: (call) => {
      const input = read(
        call.parameters,
        z.strictObject({
          account: Text,
          collection_options: z.strictObject({ fields: z.enum(["currently_due", "eventually_due"]) }).optional(),
          refresh_url: Text,
          return_url: Text,
          type: z.enum(["account_onboarding", "account_update"]),
        }),
      );
      const { id } = find(call, "accounts", input.account, "account");
      const token = newId("link", 16);
      const created = now(call.state);
      const { return_url: returnUrl, refresh_url: refreshUrl } = input;
      call.state.links[token] = { account: id, returnUrl, refreshUrl, expiresAt: created + 300 };
      const url = `${call.origin}/connect/${id}/${token}`;
      return { object: "account_link", created, expires_at: created + 300, url } satisfies Stripe.AccountLink;
    },
  },
];

function createAccount(call: Call): Stripe.Account {
  const input = read(call.parameters, Create);
  const id = `acct_${newId("x", 16).slice(2)}`;
  const due = ["business_type", "external_account", "tos_acceptance.date", "tos_acceptance.ip"];
  const account = {
    id,
    object: "account",
    business_profile: {
      annual_revenue: null,
      estimated_worker_count: null,
      mcc: null,
      minority_owned_business_designation: null,
      name: null,
      product_description: null,
      support_address: null,
      support_email: null,
      support_phone: null,
      support_url: null,
      url: null,
      specified_commercial_transactions_act_url: null,
    },
    business_type: null,
    capabilities: {},
    charges_enabled: false,
    controller: {
      type: "application",
      fees: { payer: "application_express" },
      is_controller: true,
      losses: { payments: "application" },
      requirement_collection: "stripe",
      stripe_dashboard: { type: "express" },
    },
    country: input.country ?? "US",
    created: now(call.state),
    default_currency: "usd",
    details_submitted: false,
    email: null,
    external_accounts: { object: "list", data: [], has_more: false, url: `/v1/accounts/${id}/external_accounts` },
    future_requirements: requirements([]),
    metadata: {},
    payouts_enabled: false,
    requirements: { ...requirements(due), disabled_reason: "requirements.past_due" },
    settings: {
      branding: { icon: null, logo: null, primary_color: null, secondary_color: null },
      card_payments: {
        decline_on: { avs_failure: false, cvc_failure: false },
        statement_descriptor_prefix: null,
        statement_descriptor_prefix_kana: null,
        statement_descriptor_prefix_kanji: null,
      },
      dashboard: { display_name: null, timezone: "Etc/UTC" },
      payments: {
        statement_descriptor: null,
        statement_descriptor_kana: null,
        statement_descriptor_kanji: null,
      } as Stripe.Account.Settings.Payments,
      payouts: {
        debit_negative_balances: true,
        schedule: { delay_days: 2, interval: "daily" },
        statement_descriptor: null,
      },
    } as Stripe.Account.Settings,
    tos_acceptance: { date: null, ip: null, user_agent: null },
    type: "express",
  } satisfies Stripe.Account;
  const kept = keep(call.state, call.owner, "accounts", account);
  change(kept, input);
  return kept;
}

function change(account: Stripe.Account, input: z.output<z.ZodObject<typeof Fields>>): void {
  Object.assign(account.business_profile ?? {}, input.business_profile);
  account.business_type = input.business_type ?? account.business_type ?? null;
  account.email = input.email ?? account.email;
  account.metadata = mergedMetadata(account.metadata ?? {}, input.metadata);
  const status = account.details_submitted ? "active" : "inactive";
  const { card_payments: cards, transfers } = input.capabilities ?? {};
  if (cards?.requested === true) account.capabilities = { ...account.capabilities, card_payments: status };
  if (transfers?.requested === true) account.capabilities = { ...account.capabilities, transfers: status };
  const payouts = account.settings?.payouts;
  if (payouts !== undefined && input.settings?.payouts.schedule !== undefined) {
    payouts.schedule.interval = input.settings.payouts.schedule.interval;
  }
  if (input.tos_acceptance !== undefined) {
    account.tos_acceptance = { ...account.tos_acceptance, service_agreement: input.tos_acceptance.service_agreement };
  }
}

/** A requirements object in which these fields are missing. */
export function requirements(due: readonly string[]): Stripe.Account.Requirements {
  return {
    alternatives: [],
    current_deadline: null,
    currently_due: [...due],
    disabled_reason: null,
    errors: [],
    eventually_due: [...due],
    past_due: [...due],
    pending_verification: [],
  };
}
