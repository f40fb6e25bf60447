import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import type Stripe from "stripe";
import type { Chaos } from "./chaos";
import { CALM } from "./chaos";
import type { IntentInput } from "./intent";

/** Which Stripe type each table holds. */
export interface Kinds {
  customers: Stripe.Customer;
  cashTransactions: Stripe.CustomerCashBalanceTransaction;
  sessions: Stripe.Checkout.Session;
  paymentIntents: Stripe.PaymentIntent;
  paymentMethods: Stripe.PaymentMethod;
  charges: Stripe.Charge;
  refunds: Stripe.Refund;
  disputes: Stripe.Dispute;
  accounts: Stripe.Account;
  transfers: Stripe.Transfer;
  reversals: Stripe.TransferReversal;
  payouts: Stripe.Payout;
  balanceTransactions: Stripe.BalanceTransaction;
  events: Stripe.Event;
  webhookEndpoints: Stripe.WebhookEndpoint;
}

/** An object and the account that it belongs to. */
export interface Row<T> {
  owner: string;
  body: T;
}

/** One line of the sandbox's own books. The legs of one entry sum to zero. */
export interface JournalEntry {
  readonly transaction: string;
  readonly at: number;
  readonly legs: readonly { readonly account: string; readonly amount: number }[];
}

/** A saved first answer to an idempotency key. */
export interface SavedAnswer {
  readonly endpoint: string;
  readonly parameters: string;
  readonly status: number;
  readonly body: string;
  readonly at: number;
}

/** One event on its way to one endpoint. */
export interface Delivery {
  id: string;
  event: string;
  endpoint: string;
  attempts: number;
  dueMs: number;
  status: "waiting" | "delivered" | "failed" | "lost";
  lastStatus: number | null;
}

/** Signing secrets of an endpoint: the current one, and the one before it while both are valid. */
export interface Secrets {
  current: string;
  previous: string | null;
  previousUntilMs: number;
  connect: boolean;
}

/** Something that happens by itself once the clock reaches `dueMs`. */
export interface Scheduled {
  dueMs: number;
  kind: "authorisation-expires" | "bank-debit-fails" | "bank-debit-settles" | "dispute-opens" | "payout-arrives";
  id: string;
}

/** An onboarding link that has not been used. */
export interface OnboardingLink {
  readonly account: string;
  readonly returnUrl: string;
  readonly refreshUrl: string;
  readonly expiresAt: number;
}

/** Everything that the sandbox knows. Plain JSON, so that a file can hold it. */
export interface State {
  platform: string;
  clockOffsetMs: number;
  /** Card money is available at once instead of after two days. */
  settlesAtOnce: boolean;
  tables: { [K in keyof Kinds]: Record<string, Row<Kinds[K]>> };
  lineItems: Record<string, Stripe.LineItem[]>;
  journal: JournalEntry[];
  idempotency: Record<string, SavedAnswer>;
  deliveries: Delivery[];
  secrets: Record<string, Secrets>;
  scheduled: Scheduled[];
  links: Record<string, OnboardingLink>;
  /** What the intent of a Checkout session will be made from, by session. */
  plannedIntents: Record<string, IntentInput>;
  chaos: Chaos;
}

/** A sandbox that nobody has used yet. */
export function emptyState(): State {
  return {
    platform: "acct_1TrainyardPlatform",
    clockOffsetMs: 0,
    settlesAtOnce: false,
    tables: {
      customers: {},
      cashTransactions: {},
      sessions: {},
      paymentIntents: {},
      paymentMethods: {},
      charges: {},
      refunds: {},
      disputes: {},
      accounts: {},
      transfers: {},
      reversals: {},
      payouts: {},
      balanceTransactions: {},
      events: {},
      webhookEndpoints: {},
    },
    lineItems: {},
    journal: [],
    idempotency: {},
    deliveries: [],
    secrets: {},
    scheduled: [],
    links: {},
    plannedIntents: {},
    chaos: { ...CALM },
  };
}

/** Reads the state that an earlier run of the sandbox left, or starts an empty one. */
export function loadState(file: string | undefined): State {
  if (file === undefined || !existsSync(file)) return emptyState();
  const empty = emptyState();
  const kept = JSON.parse(readFileSync(file, "utf8")) as State;
  return { ...empty, ...kept, tables: { ...empty.tables, ...kept.tables }, chaos: { ...empty.chaos, ...kept.chaos } };
}

/** Writes the state beside its file and renames, so that a crash leaves the old state or the new one. */
export function stateSaver(state: State, file: string | undefined): () => void {
  if (file === undefined) return () => undefined;
  let written = "";
  return () => {
    const text = JSON.stringify(state);
    if (text === written) return;
    writeFileSync(`${file}.next`, text, { mode: 0o600 });
    renameSync(`${file}.next`, file);
    written = text;
  };
}

/** The sandbox's clock, in milliseconds: the real one plus what tests have added. */
export function nowMs(state: State): number {
  return Date.now() + state.clockOffsetMs;
}

/** The sandbox's clock, in seconds, as Stripe writes moments. */
export function now(state: State): number {
  return Math.floor(nowMs(state) / 1_000);
}

/** A fresh id with Stripe's prefix for its kind. */
export function newId(prefix: string, length = 24): string {
  const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  const letters = [...randomBytes(length)].map((byte) => alphabet[byte % alphabet.length] ?? "0");
  return `${prefix}_${letters.join("")}`;
}
