import type Stripe from "stripe";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { strangeKeys } from "./shape";
import type { Bench } from "./support";
import { startBench } from "./support";

let bench: Bench;
let customer: string;
beforeEach(async () => {
  bench = await startBench();
  customer = (await bench.stripe.customers.create({ name: "Acme" })).id;
});
afterEach(() => bench.close());

const wire = (amount: number, reference?: string) =>
  bench.stripe.testHelpers.customers.fundCashBalance(customer, {
    amount,
    currency: "usd",
    ...(reference === undefined ? {} : { reference }),
  });
const payFromCash = (amount: number) =>
  bench.stripe.paymentIntents.create({
    amount,
    currency: "usd",
    customer,
    allowed_payment_method_types: ["customer_balance"],
    payment_method_data: { type: "customer_balance" },
    payment_method_options: {
      customer_balance: { funding_type: "bank_transfer", bank_transfer: { type: "us_bank_transfer" } },
    },
    confirm: true,
    expand: ["latest_charge.balance_transaction"],
  });
const cash = async () => (await bench.stripe.customers.retrieveCashBalance(customer)).available?.["usd"];
const platform = async () => (await bench.stripe.balance.retrieve()).available[0]?.amount;
async function types(): Promise<string[]> {
  const { data } = await bench.stripe.customers.listCashBalanceTransactions(customer);
  return data.map(({ type }) => type);
}

describe("bank transfers into a customer's cash", () => {
  test("every customer has a virtual account of its own, always the same", async () => {
    const ask = (id: string) =>
      bench.stripe.customers.createFundingInstructions(id, {
        bank_transfer: { type: "us_bank_transfer" },
        currency: "usd",
        funding_type: "bank_transfer",
      });
    const first = await ask(customer);
    expect(strangeKeys(first)).toEqual([]);
    const numberIn = (from: Stripe.FundingInstructions) =>
      from.bank_transfer.financial_addresses[0]?.aba?.account_number;
    expect(numberIn(first)).toMatch(/^\d{17}$/);
    expect(numberIn(await ask(customer))).toBe(numberIn(first));
    expect(numberIn(await ask((await bench.stripe.customers.create({})).id))).not.toBe(numberIn(first));
  });

  test("a transfer is the customer's and not the platform's until a payment takes it", async () => {
    expect((await bench.stripe.customers.retrieveCashBalance(customer)).available).toBeNull();
    const transaction = await wire(500_000, "whatever");
    expect(strangeKeys(transaction)).toEqual([]);
    expect(transaction).toMatchObject({ type: "funded", net_amount: 500_000, ending_balance: 500_000 });
    expect([await cash(), await platform()]).toEqual([500_000, 0]);
    const intent = await payFromCash(500_000);
    expect(intent).toMatchObject({
      status: "succeeded",
      amount_received: 500_000,
      latest_charge: { balance_transaction: { type: "payment", amount: 500_000, fee: 500, status: "available" } },
    });
    expect([await cash(), await platform()]).toEqual([0, 499_500]);
    expect(await types()).toEqual(["applied_to_payment", "funded"]);
    const balance = await bench.stripe.customers.retrieveCashBalance(customer);
    expect(strangeKeys(balance)).toEqual([]);
    const expanded = await bench.stripe.customers.list({ expand: ["data.cash_balance"] });
    expect(expanded.data[0]?.cash_balance?.available).toEqual({ usd: 0 });
    const told = (await bench.stripe.events.list({ limit: 20 })).data.map(({ type }) => type);
    expect(told).toEqual(expect.arrayContaining(["cash_balance.funds_available", "payment_intent.succeeded"]));
  });

  test("a payment waits for what is missing, is paid by the next transfer, and the rest stays the customer's", async () => {
    await wire(3_000);
    const intent = await payFromCash(10_000);
    expect(intent).toMatchObject({
      status: "requires_action",
      next_action: { display_bank_transfer_instructions: { amount_remaining: 7_000 } },
    });
    expect(await cash()).toBe(0);
    await wire(8_000);
    expect(await bench.stripe.paymentIntents.retrieve(intent.id)).toMatchObject({ status: "succeeded" });
    expect(await cash()).toBe(1_000);
  });

  test("a payment that is given up returns the cash it had taken", async () => {
    await wire(3_000);
    const { id } = await payFromCash(10_000);
    await bench.stripe.paymentIntents.cancel(id);
    expect(await cash()).toBe(3_000);
    expect((await types())[0]).toBe("unapplied_from_payment");
  });

  test("a refund goes into the customer's cash, and from there to the bank", async () => {
    await wire(20_000);
    const { id } = await payFromCash(20_000);
    const refund = await bench.stripe.refunds.create({ payment_intent: id, amount: 5_000 });
    expect(refund).toMatchObject({ status: "succeeded", destination_details: { type: "customer_cash_balance" } });
    expect(await cash()).toBe(5_000);
    const back = { amount: 5_000, currency: "usd", customer, origin: "customer_balance" } as const;
    expect(strangeKeys(await bench.stripe.refunds.create(back))).toEqual([]);
    expect(await cash()).toBe(0);
    await expect(bench.stripe.refunds.create(back)).rejects.toMatchObject({ code: "balance_insufficient" });
    expect(await types()).toEqual(["return_initiated", "refunded_from_payment", "applied_to_payment", "funded"]);
    const { entries } = await bench.control<{ entries: { legs: { amount: number }[] }[] }>("GET", "/_journal");
    for (const { legs } of entries) expect(legs.reduce((sum, { amount }) => sum + amount, 0)).toBe(0);
  });
});
