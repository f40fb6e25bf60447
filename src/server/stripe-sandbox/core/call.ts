import { missing } from "./failure";
import type { FormObject } from "./form";
import type { Kinds, Row, State } from "./state";

/** One API request, as a route sees it. */
export interface Call {
  readonly state: State;
  /** The account that acts: the platform, or the one in the Stripe-Account header. */
  readonly owner: string;
  readonly parameters: FormObject;
  /** What the `:name` parts of the path matched, in order. */
  readonly path: readonly string[];
  /** Where the sandbox's own pages are reached. */
  readonly origin: string;
  readonly requestId: string;
  readonly idempotencyKey: string | null;
}

/** One endpoint of the API. */
export interface Route {
  readonly method: "DELETE" | "GET" | "POST";
  /** Like `/v1/customers/:id`. */
  readonly path: string;
  readonly run: (call: Call) => object;
}

const NAMES: Record<keyof Kinds, string> = {
  customers: "customer",
  cashTransactions: "customer cash balance transaction",
  sessions: "checkout.session",
  paymentIntents: "payment_intent",
  paymentMethods: "PaymentMethod",
  charges: "charge",
  refunds: "refund",
  disputes: "dispute",
  accounts: "account",
  transfers: "transfer",
  reversals: "transfer_reversal",
  payouts: "payout",
  balanceTransactions: "balance transaction",
  events: "event",
  webhookEndpoints: "webhook endpoint",
};

/** The object with that id, or Stripe's 404. */
export function find<K extends keyof Kinds>(
  call: Pick<Call, "owner" | "state">,
  table: K,
  id: string,
  param = "id",
): Kinds[K] {
  const row = call.state.tables[table][id];
  if (row === undefined || row.owner !== call.owner) throw missing(NAMES[table], id, param);
  return row.body;
}

/** Keeps a new object. */
export function keep<K extends keyof Kinds>(state: State, owner: string, table: K, body: Kinds[K]): Kinds[K] {
  const rows = state.tables[table] as Record<string, Row<Kinds[K]>>;
  rows[body.id] = { owner, body };
  return body;
}

/** All objects of one account in one table, oldest first. */
export function all<K extends keyof Kinds>(call: Pick<Call, "owner" | "state">, table: K): Kinds[K][] {
  const rows = Object.values<Row<Kinds[K]>>(call.state.tables[table]);
  return rows.filter((row) => row.owner === call.owner).map((row) => row.body);
}

/** The id in a field that holds an id or an expanded object. */
export function idOf(field: string | { readonly id: string } | null | undefined): string | null {
  if (field === null || field === undefined) return null;
  return typeof field === "string" ? field : field.id;
}
