import type Stripe from "stripe";
import { z } from "zod";
import { retrieval } from "../core/retrieval";
import { balanceOf, book } from "../core/books";
import type { Call, Route } from "../core/call";
import { all, find, keep } from "../core/call";
import { emit } from "../core/events";
import { invalid } from "../core/failure";
import { listed } from "../core/list";
import { Amount, Created, Currency, Metadata, Page, mergedMetadata, read } from "../core/parameters";
import { cancelPayout } from "../core/payout-outcome";
import { newId, now, nowMs } from "../core/state";

const ARRIVES_AFTER_SECONDS = 2 * 86_400;
const Create = z.strictObject({
  amount: Amount,
  currency: Currency,
  description: z.string().optional(),
  metadata: Metadata.optional(),
  method: z.literal("standard").optional(),
  source_type: z.literal("card").optional(),
  statement_descriptor: z.string().max(22).optional(),
});

/** /v1/payouts: from a balance to a bank account. Manual ones only. */
export const payoutRoutes: readonly Route[] = [
  { method: "POST", path: "/v1/payouts", run: createPayout },
  {
    method: "POST",
    path: "/v1/payouts/:id/cancel",
    run: (call) => {
      const payout = find(call, "payouts", call.path[0] ?? "");
      if (payout.status !== "pending")
        throw invalid(`Payout ${payout.id} is ${payout.status}; only pending ones can be canceled.`);
      return cancelPayout(call.state, call, payout);
    },
  },
  {
    method: "POST",
    path: "/v1/payouts/:id",
    run: (call) => {
      const payout = find(call, "payouts", call.path[0] ?? "");
      const input = read(call.parameters, z.strictObject({ metadata: Metadata }));
      payout.metadata = mergedMetadata(payout.metadata ?? {}, input.metadata);
      return payout;
    },
  },
  retrieval("/v1/payouts/:id", "payouts"),
  {
    method: "GET",
    path: "/v1/payouts",
    run: (call) => {
      const status = z.enum(["canceled", "failed", "in_transit", "paid", "pending"]).optional();
      const page = read(call.parameters, z.strictObject({ ...Page, created: Created.optional(), status }));
      const found = all(call, "payouts").filter((payout) => page.status === undefined || payout.status === page.status);
      return listed("/v1/payouts", found, page);
    },
  },
];

function createPayout(call: Call): Stripe.Payout {
  const input = read(call.parameters, Create);
  const bank = bankOf(call);
  if (balanceOf(call.state, call.owner, "available", input.currency) < input.amount) {
    throw invalid("You have insufficient funds in your Stripe account for this payout.", "balance_insufficient");
  }
  const id = newId("po");
  const transaction = book(call.state, {
    owner: call.owner,
    type: "payout",
    category: "payout",
    source: id,
    currency: input.currency,
    amount: -input.amount,
    description: "STRIPE PAYOUT",
  });
  const payout = {
    id,
    object: "payout",
    amount: input.amount,
    application_fee: null,
    application_fee_amount: null,
    arrival_date: now(call.state) + ARRIVES_AFTER_SECONDS,
    automatic: false,
    balance_transaction: transaction.id,
    created: now(call.state),
    currency: input.currency,
    description: input.description ?? null,
    destination: bank,
    failure_balance_transaction: null,
    failure_code: null,
    failure_message: null,
    livemode: false,
    metadata: mergedMetadata({}, input.metadata),
    method: "standard",
    original_payout: null,
    payout_method: null,
    reconciliation_status: "not_applicable",
    reversed_by: null,
    source_type: "card",
    statement_descriptor: input.statement_descriptor ?? null,
    status: "pending",
    trace_id: null,
    type: "bank_account",
  } satisfies Stripe.Payout;
  keep(call.state, call.owner, "payouts", payout);
  const dueMs = nowMs(call.state) + ARRIVES_AFTER_SECONDS * 1_000;
  call.state.scheduled.push({ dueMs, kind: "payout-arrives", id });
  emit(call.state, call, "payout.created", payout);
  return payout;
}

function bankOf(call: Call): string {
  if (call.owner === call.state.platform) return "ba_platform";
  const account = call.state.tables.accounts[call.owner]?.body;
  const bank = account?.external_accounts?.data[0];
  if (account?.payouts_enabled !== true || bank === undefined) {
    throw invalid("Payouts are not enabled for this account: it has not finished onboarding.", "payouts_not_allowed");
  }
  return bank.id;
}
