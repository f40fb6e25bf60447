import type Stripe from "stripe";
import { keep } from "./call";
import type { State } from "./state";
import { newId, now, nowMs } from "./state";

/** A movement of one account's Stripe balance. */
export interface Movement {
  readonly owner: string;
  readonly type: Stripe.BalanceTransaction["type"];
  readonly category: string;
  readonly source: string;
  readonly currency: string;
  /** Cents into the balance; negative takes out. */
  readonly amount: number;
  readonly fee?: number;
  readonly feeText?: string;
  /** Seconds until the money is available; 0 is at once. */
  readonly delaySeconds?: number;
  readonly description?: string | null;
  /** The account on the other side where it is not the outside world, such as cash that is held for a customer. */
  readonly from?: string;
}

/** Books a movement: a balance transaction, and the journal entry whose legs sum to zero. */
export function book(state: State, movement: Movement): Stripe.BalanceTransaction {
  const created = now(state);
  const fee = movement.fee ?? 0;
  const delay = movement.delaySeconds ?? 0;
  const net = movement.amount - fee;
  const transaction = {
    id: newId("txn"),
    object: "balance_transaction",
    amount: movement.amount,
    available_on: created + delay,
    balance_type: "payments",
    created,
    currency: movement.currency,
    description: movement.description ?? null,
    exchange_rate: null,
    fee,
    fee_details: feeDetails(fee, movement),
    net,
    reporting_category: movement.category,
    source: movement.source,
    status: delay === 0 ? "available" : "pending",
    type: movement.type,
  } satisfies Stripe.BalanceTransaction;
  post(state, transaction.id, [
    [balanceAccount(movement.owner, transaction.status, movement.currency), net],
    [`fees:${movement.currency}`, fee],
    [movement.from ?? `outside:${movement.category}:${movement.currency}`, -movement.amount],
  ]);
  return keep(state, movement.owner, "balanceTransactions", transaction);
}

/** Moves what has become available out of pending. */
export function releasePending(state: State): void {
  for (const { owner, body } of Object.values(state.tables.balanceTransactions)) {
    if (body.status !== "pending" || body.available_on > now(state)) continue;
    body.status = "available";
    post(state, body.id, [
      [balanceAccount(owner, "pending", body.currency), -body.net],
      [balanceAccount(owner, "available", body.currency), body.net],
    ]);
  }
}

/** Cents in one part of an account's balance, summed from the journal. */
export function balanceOf(state: State, owner: string, part: "available" | "pending", currency = "usd"): number {
  return sumOf(state, balanceAccount(owner, part, currency));
}

/** Cents in any account of the journal. */
export function sumOf(state: State, account: string): number {
  let sum = 0;
  for (const { legs } of state.journal) for (const leg of legs) if (leg.account === account) sum += leg.amount;
  return sum;
}

/** Writes one entry; its legs sum to zero. */
export function post(state: State, transaction: string, legs: readonly (readonly [string, number])[]): void {
  const total = legs.reduce((sum, [, amount]) => sum + amount, 0);
  if (total !== 0) throw new Error(`journal entry of ${transaction} does not sum to zero: ${total}`);
  const moved = legs.filter(([, amount]) => amount !== 0).map(([account, amount]) => ({ account, amount }));
  state.journal.push({ transaction, at: nowMs(state), legs: moved });
}

function balanceAccount(owner: string, part: string, currency: string): string {
  return `balance:${owner}:${part}:${currency}`;
}

function feeDetails(fee: number, movement: Movement): Stripe.BalanceTransaction.FeeDetail[] {
  if (fee === 0) return [];
  const description = movement.feeText ?? "Stripe processing fees";
  return [{ amount: fee, application: null, currency: movement.currency, description, type: "stripe_fee" }];
}
