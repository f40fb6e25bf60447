import type Stripe from "stripe";
import type { Micros } from "@/kernel";
import type { TopUpRecord } from "../store/top-ups";

/** A payment as Stripe shows it now. */
export interface SeenPayment {
  readonly intentId: string | null;
  readonly status: Stripe.PaymentIntent.Status | null;
  readonly received: Micros;
  readonly currency: string;
  readonly chargeId: string | null;
  readonly fee: { readonly id: string; readonly amount: Micros } | null;
  readonly failure: string | null;
  readonly paymentMethod: string | null;
  /** The payer agreed that it may be charged again without being asked. */
  readonly reusable: boolean;
  /** The hosted page has closed unpaid. */
  readonly expired: boolean;
  /** The payer has finished the page; with a bank debit the money comes days later. */
  readonly sessionComplete: boolean;
}

/** Where a top-up stands after a look at its payment, and what to credit. */
export interface TopUpDecision {
  readonly state: TopUpRecord["state"];
  readonly failure: string | null;
  readonly credit: Micros | null;
}

/**
 * Moves a top-up forward, never back: what is paid stays paid; a failed one may still be paid, since another attempt can
 * succeed. What is credited is what Stripe received, whatever was asked for.
 */
export function decideTopUp(topUp: Pick<TopUpRecord, "state">, seen: SeenPayment): TopUpDecision {
  if (seen.status === "succeeded" && seen.currency === "usd" && seen.received > 0n)
    return { state: "paid", failure: null, credit: seen.received };
  if (topUp.state === "paid") return { state: "paid", failure: null, credit: null };
  if (seen.expired) return { state: "expired", failure: seen.failure, credit: null };
  if (seen.status === "processing") return { state: "processing", failure: null, credit: null };
  if (seen.status === "canceled" || (seen.sessionComplete && seen.status === "requires_payment_method"))
    return { state: "failed", failure: seen.failure ?? "The payment was not made.", credit: null };
  if (topUp.state === "failed") return { state: "failed", failure: seen.failure, credit: null };
  return { state: "open", failure: seen.failure, credit: null };
}
