import type Stripe from "stripe";
import { formatUsd, fromCents, micros, type Context } from "@/kernel";
import type { Rails } from "../rails";
import { selectUncreditedWires } from "../store/wires";
import type { StripeFinding } from "./reconcile-stripe";
import { syncCustomerWires, syncWire } from "./sync-wires";

const BATCH = 200;

/**
 * Brings the cash that Stripe holds for customers level with our wires, and names what stays: cash that belongs to no wire of
 * an organisation, and wires whose payment Stripe has not let through. Costs one request a hundred customers.
 */
export async function reconcileWires(
  ctx: Context,
  rails: Rails,
  runCall: (callId: string) => Promise<void>,
): Promise<StripeFinding[]> {
  if (rails.stripe === null) return [];
  const { client } = rails.stripe;
  const findings: StripeFinding[] = [];
  for await (const customer of client.customers.list({ limit: 100, expand: ["data.cash_balance"] })) {
    if (dollarsIn(customer.cash_balance) === 0) continue;
    for (const callId of await syncCustomerWires(ctx, rails, customer.id)) await runCall(callId);
  }
  for (const { id } of await selectUncreditedWires(ctx.database.reader, BATCH))
    await syncWire(ctx, rails, { wireId: id });
  for await (const customer of client.customers.list({ limit: 100, expand: ["data.cash_balance"] })) {
    const cash = dollarsIn(customer.cash_balance);
    if (cash !== 0) findings.push(unallocated(customer.id, cash));
  }
  for (const wire of await selectUncreditedWires(ctx.database.reader, BATCH))
    findings.push({
      kind: "stripe-uncredited-wire",
      reference: wire.id,
      ledgerMicros: micros(0n),
      outsideMicros: micros(wire.amountMicros),
      sentence:
        `This wire has reached the virtual account and its payment has not succeeded. ${wire.failure ?? ""}`.trim(),
    });
  return findings;
}

function dollarsIn(balance: Stripe.CashBalance | null | undefined): number {
  return balance?.available?.["usd"] ?? 0;
}

const unallocated = (customerId: string, cents: number): StripeFinding => ({
  kind: "stripe-unallocated-cash",
  reference: customerId,
  ledgerMicros: micros(0n),
  outsideMicros: fromCents(cents),
  sentence: `Stripe holds ${formatUsd(fromCents(cents))} for this customer that is no organisation's deposit. Send it back or give it to its owner in Stripe's pages.`,
});
