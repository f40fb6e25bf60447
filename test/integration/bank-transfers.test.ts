import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import pg from "pg";
import { readBalance } from "@/modules/ledger";
import { listFunding, readBankAccount, requestRefund, sendTestWire } from "@/modules/payments";
import { reconcile } from "@/modules/reconciliation";
import { StripeYard } from "../support/stripe-yard";

const DOLLARS = 1_000_000n;

let yard: StripeYard;
let customer: string;
beforeAll(async () => {
  yard = await StripeYard.open();
  await readBankAccount(yard.as("buyer"), yard.rails);
  customer = (await yard.stripe.customers.list({ limit: 1 })).data[0]?.id ?? "";
});
afterEach(() => yard.control("DELETE", "/_chaos"));
afterAll(() => yard.close());

const wire = (dollars: number, reference = "Invoice 17", to = customer) =>
  yard.stripe.testHelpers.customers.fundCashBalance(to, { amount: dollars * 100, currency: "usd", reference });
const available = async (): Promise<bigint> => (await readBalance(yard.as("buyer"))).availableMicros;
const wires = async () => (await listFunding(yard.as("buyer"))).wires;
const cash = async (of = customer) => (await yard.stripe.customers.retrieveCashBalance(of)).available?.["usd"] ?? 0;

/** Everything that Stripe has said is here and worked off. */
async function quiet(): Promise<void> {
  for (let round = 0; round < 4; round++) {
    await yard.delivered();
    await yard.work();
  }
}
async function tiesOut(): Promise<void> {
  await quiet();
  expect(await reconcile(yard.asTask(), yard.rails, null)).toMatchObject({ green: true });
  expect(await yard.booksAreRight()).toBe(true);
}
async function query<Row>(sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: yard.databaseUrl });
  await client.connect();
  try {
    return (await client.query(sql)).rows as Row[];
  } finally {
    await client.end();
  }
}
const deposits = () => query<{ id: string; source: string }>(`SELECT * FROM deposit WHERE rail = 'bank_transfer'`);
const openDifferences = () =>
  query<{ kind: string; reference: string; outsideMicros: string }>(
    `SELECT kind, reference, "outsideMicros" FROM difference WHERE "resolvedAt" IS NULL`,
  );

describe("bank transfers", () => {
  test("an organisation sees its own account, always the same; another sees another; an engineer sees none", async () => {
    const mine = await readBankAccount(yard.as("buyer"), yard.rails);
    expect(mine.accountNumber).toMatch(/^\d{17}$/);
    expect(mine.routingNumber).toMatch(/^\d{9}$/);
    expect(await readBankAccount(yard.as("buyer", "finance"), yard.rails)).toEqual(mine);
    const theirs = await readBankAccount(yard.as("northwind"), yard.rails);
    expect(theirs.accountNumber).not.toBe(mine.accountNumber);
    await expect(readBankAccount(yard.as("buyer", "engineer"), yard.rails)).rejects.toMatchObject({
      kind: "forbidden",
    });
  });

  test("S8: a wire of any amount and with any reference is one deposit of exactly that, and never a job", async () => {
    const before = await available();
    await wire(12_345, "Invoice 17");
    await quiet();
    expect(await available()).toBe(before + 12_345n * DOLLARS);
    await wire(1, "ZZ-no-such-order");
    await wire(400_000, "");
    await quiet();
    expect(await available()).toBe(before + 412_346n * DOLLARS);
    expect((await wires()).map(({ state }) => state)).toEqual(["credited", "credited", "credited"]);
    const made = await deposits();
    expect(new Set(made.map(({ source }) => source)).size).toBe(3);
    expect(await query(`SELECT id FROM job`)).toEqual([]);
    expect((await readBalance(yard.as("buyer"))).heldMicros).toBe(0n);
    expect(await cash()).toBe(0);
    await tiesOut();
  });

  test("S8: one wire that is told of five times at once, and again in the wrong order, is one deposit", async () => {
    const before = [await available(), (await deposits()).length] as const;
    await yard.control("POST", "/_chaos", { duplicate: 4, reorder: true });
    await wire(777);
    await yard.control("POST", "/_clock", { advanceSeconds: 1 });
    await Promise.all([
      quiet(),
      reconcile(yard.asTask(), yard.rails, null),
      reconcile(yard.asTask(), yard.rails, null),
    ]);
    await quiet();
    expect(await available()).toBe(before[0] + 777n * DOLLARS);
    expect(await deposits()).toHaveLength(before[1] + 1);
    await tiesOut();
  });

  test("S8: with all webhooks lost a wire is credited within one reconcile cycle", async () => {
    const before = await available();
    await yard.control("POST", "/_chaos", { lose: 1_000 });
    await wire(5_000);
    await quiet();
    expect(await available()).toBe(before);
    expect(await reconcile(yard.asTask(), yard.rails, null)).toMatchObject({ green: true });
    expect(await available()).toBe(before + 5_000n * DOLLARS);
    expect(await yard.booksAreRight()).toBe(true);
  });

  test("S8: two wires at once, of the same amount and reference, are two deposits", async () => {
    const before = [await available(), (await deposits()).length] as const;
    await Promise.all([wire(250, "same"), wire(250, "same")]);
    await quiet();
    expect(await available()).toBe(before[0] + 500n * DOLLARS);
    expect(await deposits()).toHaveLength(before[1] + 2);
    await tiesOut();
  });

  test("S8: the answer of a wire's payment is lost, and a day later its payment is found and not made again", async () => {
    const before = [await available(), (await yard.stripe.paymentIntents.list({ limit: 100 })).data.length] as const;
    await yard.control("POST", "/_chaos", { path: "/v1/payment_intents", dropResponses: 1 });
    await wire(60);
    await yard.delivered();
    await yard.work();
    await yard.control("DELETE", "/_chaos");
    await yard.advance(25 * 3_600);
    await tiesOut();
    expect(await available()).toBe(before[0] + 60n * DOLLARS);
    expect((await yard.stripe.paymentIntents.list({ limit: 100 })).data).toHaveLength(before[1] + 1);
  });

  test("S8: what Stripe keeps of a wire, told only after the wire was credited, is booked by the next reconcile cycle", async () => {
    const before = await available();
    await yard.control("POST", "/_chaos", { lateFees: true });
    await wire(600, "fee comes late");
    await quiet();
    expect(await available()).toBe(before + 600n * DOLLARS);
    await reconcile(yard.asTask(), yard.rails, null);
    expect(await openDifferences()).toMatchObject([{ kind: "stripe-balance" }]);
    await yard.control("DELETE", "/_chaos");
    await tiesOut();
    expect(await query(`SELECT id FROM deposit WHERE rail = 'bank_transfer' AND "feeMicros" IS NULL`)).toEqual([]);
    expect(await available()).toBe(before + 600n * DOLLARS);
  });

  test("S8: cash of a customer that is no organisation is a named difference and nobody's deposit", async () => {
    const before = [await available(), (await deposits()).length] as const;
    const stranger = await yard.stripe.customers.create({ name: "Somebody" });
    await wire(90, "by mistake", stranger.id);
    await quiet();
    expect(await reconcile(yard.asTask(), yard.rails, null)).toMatchObject({ green: false });
    expect(await openDifferences()).toEqual([
      { kind: "stripe-unallocated-cash", reference: stranger.id, outsideMicros: String(90n * DOLLARS) },
    ]);
    expect([await available(), (await deposits()).length]).toEqual(before);
    await yard.stripe.refunds.create({
      amount: 9_000,
      currency: "usd",
      customer: stranger.id,
      origin: "customer_balance",
    });
    await tiesOut();
  });

  test("what came by wire is refunded to the sender's bank, and no cash stays behind", async () => {
    const [latest] = await wires();
    expect(latest).toBeDefined();
    const before = await available();
    await requestRefund(yard.as("buyer"), yard.rails, {
      amountMicros: 20n * DOLLARS,
      reason: "Not needed.",
      idempotencyKey: "wire-refund-1",
    });
    await quiet();
    expect(await available()).toBe(before - 20n * DOLLARS);
    const types = (await yard.stripe.customers.listCashBalanceTransactions(customer)).data.map(({ type }) => type);
    expect(types[0]).toBe("return_initiated");
  });

  test("in the sandbox a member of finance plays the sender's bank", async () => {
    const before = await available();
    await sendTestWire(yard.as("buyer", "finance"), yard.rails, { amountMicros: 70n * DOLLARS, reference: "Test" });
    await quiet();
    expect(await available()).toBe(before + 70n * DOLLARS);
    const closed = { ...yard.rails, sandboxEnabled: false };
    await expect(
      sendTestWire(yard.as("buyer"), closed, { amountMicros: 70n * DOLLARS, reference: "Test" }),
    ).rejects.toMatchObject({ code: "payments/sandbox-closed" });
  });

  test("S8: wires whose cash somebody spent at Stripe stay named until it is back, and are then credited", async () => {
    const before = await available();
    await yard.control("POST", "/_chaos", { lose: 1_000 });
    const first = await wire(40);
    const other = await yard.stripe.paymentIntents.create({
      amount: 4_000,
      currency: "usd",
      customer,
      allowed_payment_method_types: ["customer_balance"],
      payment_method_data: { type: "customer_balance" },
      confirm: true,
    });
    const second = await wire(30);
    await reconcile(yard.asTask(), yard.rails, null);
    const named = (await openDifferences()).map(({ kind, reference }) => `${kind} ${reference}`);
    expect(named).toEqual(
      expect.arrayContaining([
        `stripe-unknown-payment ${other.id}`,
        `stripe-uncredited-wire ${first.id}`,
        `stripe-uncredited-wire ${second.id}`,
      ]),
    );
    expect(await available()).toBe(before);
    await yard.stripe.refunds.create({ payment_intent: other.id });
    await reconcile(yard.asTask(), yard.rails, null);
    expect(await available()).toBe(before + 70n * DOLLARS);
    // Stripe keeps its fee of the payment that was undone: 0.5 % of $40, and our books know nothing of it.
    expect((await openDifferences()).map(({ kind }) => kind)).toEqual(["stripe-balance"]);
  });
});
