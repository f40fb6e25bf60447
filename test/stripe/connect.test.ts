import type Stripe from "stripe";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { strangeKeys } from "./shape";
import type { Bench } from "./support";
import { startBench } from "./support";

let bench: Bench;
beforeEach(async () => {
  bench = await startBench();
});
afterEach(() => bench.close());

interface Journal {
  readonly entries: readonly { readonly legs: readonly { readonly account: string; readonly amount: number }[] }[];
}

async function pay(amount: number, payment_method = "pm_card_bypassPending"): Promise<string> {
  const intent = await bench.stripe.paymentIntents.create({
    amount,
    currency: "usd",
    payment_method,
    allowed_payment_method_types: ["card" as const],
    confirm: true,
  });
  return intent.latest_charge as string;
}

async function seller(): Promise<Stripe.Account> {
  const { stripe } = bench;
  const account = await stripe.accounts.create({ type: "express", capabilities: { transfers: { requested: true } } });
  const link = await stripe.accountLinks.create({
    account: account.id,
    type: "account_onboarding",
    refresh_url: "https://example.com/again",
    return_url: "https://example.com/ready",
  });
  expect(strangeKeys(account)).toEqual([]);
  expect(strangeKeys(link)).toEqual([]);
  const answer = await bench.submit(link.url, { outcome: "complete" });
  expect(answer.headers.get("location")).toBe("https://example.com/ready");
  return stripe.accounts.retrieve(account.id);
}

async function available(account?: string): Promise<number | undefined> {
  const balance = await bench.stripe.balance.retrieve({}, account === undefined ? {} : { stripeAccount: account });
  return balance.available[0]?.amount;
}

describe("the sandbox's books", () => {
  test("card money is pending first and available two days later", async () => {
    await pay(10_000, "pm_card_visa");
    expect(await bench.stripe.balance.retrieve()).toMatchObject({
      available: [{ amount: 0 }],
      pending: [{ amount: 9_680 }],
    });
    await bench.control("POST", "/_clock", { advanceSeconds: 2 * 86_400 + 1 });
    expect(await bench.stripe.balance.retrieve()).toMatchObject({
      available: [{ amount: 9_680 }],
      pending: [{ amount: 0 }],
    });
  });

  test("a dispute takes amount and fee, below zero if need be; a win returns the amount only", async () => {
    const charge = await pay(10_000);
    const dispute = await bench.control<Stripe.Dispute>("POST", "/_disputes", { charge });
    expect(strangeKeys(dispute)).toEqual([]);
    expect(await available()).toBe(9_680 - 10_000 - 1_500);
    await bench.control("POST", "/_disputes/close", { dispute: dispute.id, outcome: "won" });
    expect(await available()).toBe(9_680 - 1_500);
    const types = (await bench.stripe.events.list({ types: ["charge.dispute.*"] })).data.map(({ type }) => type);
    expect(types).toEqual([
      "charge.dispute.closed",
      "charge.dispute.funds_reinstated",
      "charge.dispute.funds_withdrawn",
      "charge.dispute.created",
    ]);
  });

  test("an inquiry moves no money and can be refunded; escalated it is a dispute like any other", async () => {
    const charge = await pay(10_000);
    const inquiry = await bench.control<Stripe.Dispute>("POST", "/_disputes", { charge, inquiry: true });
    expect(inquiry).toMatchObject({ status: "warning_needs_response", balance_transactions: [], amount: 10_000 });
    expect(await available()).toBe(9_680);
    await bench.stripe.refunds.create({ charge, amount: 100 });
    const answered = await bench.stripe.disputes.update(inquiry.id, {
      evidence: { uncategorized_text: "It was used." },
    });
    expect(answered.status).toBe("warning_under_review");
    await expect(bench.control("POST", "/_disputes/close", { dispute: inquiry.id, outcome: "won" })).rejects.toThrow(
      /cannot become won/,
    );
    await bench.control("POST", "/_disputes/escalate", { dispute: inquiry.id });
    expect(await available()).toBe(9_580 - 10_000 - 1_500);
    await expect(bench.stripe.refunds.create({ charge, amount: 100 })).rejects.toMatchObject({
      code: "charge_disputed",
    });
    const closed = await bench.stripe.disputes.close(inquiry.id);
    expect(closed.status).toBe("lost");
  });

  test("every journal entry sums to zero, whatever has happened", async () => {
    const { id } = await seller();
    const charge = await pay(20_000);
    await pay(500, "pm_card_createDispute");
    await bench.stripe.refunds.create({ charge, amount: 300 });
    await bench.stripe.transfers.create({ amount: 1_000, currency: "usd", destination: id });
    const { entries } = await bench.control<Journal>("GET", "/_journal");
    expect(entries.length).toBeGreaterThan(4);
    for (const { legs } of entries) expect(legs.reduce((sum, { amount }) => sum + amount, 0)).toBe(0);
  });
});

describe("connected accounts", () => {
  test("a transfer needs an onboarded account and available money, and a reversal brings it back", async () => {
    const { stripe } = bench;
    const raw = await stripe.accounts.create({ type: "express", capabilities: { transfers: { requested: true } } });
    await pay(10_000);
    const to = { amount: 5_000, currency: "usd" };
    await expect(stripe.transfers.create({ ...to, destination: raw.id })).rejects.toMatchObject({
      code: "insufficient_capabilities_for_transfer",
    });
    const { id, payouts_enabled } = await seller();
    expect(payouts_enabled).toBe(true);
    await expect(stripe.transfers.create({ ...to, amount: 9_681, destination: id })).rejects.toMatchObject({
      code: "balance_insufficient",
    });
    const transfer = await stripe.transfers.create({ ...to, destination: id, transfer_group: "order-1" });
    expect(strangeKeys(transfer)).toEqual([]);
    expect([await available(), await available(id)]).toEqual([4_680, 5_000]);
    const reversal = await stripe.transfers.createReversal(transfer.id, { amount: 2_000 });
    expect(strangeKeys(reversal)).toEqual([]);
    expect([await available(), await available(id)]).toEqual([6_680, 3_000]);
    expect(await stripe.transfers.retrieve(transfer.id)).toMatchObject({ amount_reversed: 2_000, reversed: false });
  });

  test("a payout leaves the account's balance, is paid days later, and comes back if the bank refuses it", async () => {
    const { stripe } = bench;
    const { id: stripeAccount } = await seller();
    await pay(10_000);
    await stripe.transfers.create({ amount: 5_000, currency: "usd", destination: stripeAccount });
    const payout = await stripe.payouts.create({ amount: 4_000, currency: "usd" }, { stripeAccount });
    expect(strangeKeys(payout)).toEqual([]);
    expect(await available(stripeAccount)).toBe(1_000);
    await bench.control("POST", "/_clock", { advanceSeconds: 2 * 86_400 + 1 });
    expect(await stripe.payouts.retrieve(payout.id, {}, { stripeAccount })).toMatchObject({ status: "paid" });
    await bench.control("POST", "/_payouts/fail", { payout: payout.id });
    expect(await available(stripeAccount)).toBe(5_000);
    await expect(stripe.payouts.retrieve(payout.id)).rejects.toMatchObject({ statusCode: 404 });
  });
});
