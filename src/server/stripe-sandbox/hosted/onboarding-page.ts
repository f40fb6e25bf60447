import type Stripe from "stripe";
import { byItself, emit } from "../core/events";
import type { FormObject } from "../core/form";
import type { State } from "../core/state";
import { newId, now } from "../core/state";
import { requirements } from "../resources/accounts";
import { escaped, htmlPage } from "./html";
import type { Page } from "./page";
import { notFound, page, redirect } from "./page";

/** The seller's pages: onboarding, and a stand-in for the Express dashboard. Null if the path is neither. */
export function onboardingPage(state: State, method: string, path: string, form: FormObject): Page | null {
  const [, id, token] = /^\/connect\/(acct_\w+)\/(\w+)$/.exec(path) ?? [];
  if (id === undefined || token === undefined) return null;
  const account = state.tables.accounts[id]?.body;
  if (account === undefined) return notFound("No such account");
  if (token === "dashboard") return page(200, htmlPage("Express dashboard", `<h1>${escaped(id)}</h1>`));
  const link = state.links[token];
  if (link === undefined || link.account !== id) return notFound("No such link");
  if (link.expiresAt < now(state)) return redirect(link.refreshUrl);
  if (method !== "POST") return showForm(account);
  delete state.links[token];
  if (form["outcome"] === "complete") onboard(state, account);
  return redirect(link.returnUrl);
}

/** Gives an account everything that it needs to receive transfers and payouts. */
export function onboard(state: State, account: Stripe.Account): void {
  account.details_submitted = true;
  account.payouts_enabled = true;
  account.charges_enabled = account.capabilities?.card_payments !== undefined;
  account.business_type ??= "company";
  account.capabilities = Object.fromEntries(Object.keys(account.capabilities ?? {}).map((name) => [name, "active"]));
  account.requirements = requirements([]);
  account.tos_acceptance = { ...account.tos_acceptance, date: now(state) };
  account.external_accounts?.data.push({
    id: newId("ba"),
    object: "bank_account",
    account: account.id,
    account_holder_name: null,
    account_holder_type: "company",
    account_type: null,
    available_payout_methods: ["standard"],
    bank_name: "STRIPE TEST BANK",
    country: account.country ?? "US",
    currency: "usd",
    customer: null,
    default_for_currency: true,
    fingerprint: "bankpayout",
    last4: "6789",
    metadata: {},
    routing_number: "110000000",
    status: "new",
  });
  emit(state, byItself(account.id), "account.updated", account);
}

function showForm(account: Stripe.Account): Page {
  return page(
    200,
    htmlPage(
      "Onboarding",
      `<h1>Get paid</h1><p>${escaped(account.email ?? account.id)}</p>
      <form method="post"><button name="outcome" value="complete">Complete</button>
      <button name="outcome" value="leave">Leave for now</button></form>`,
    ),
  );
}
