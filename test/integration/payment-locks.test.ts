import { afterAll, beforeAll, describe, expect, test } from "vitest";
import pg from "pg";
import { runAutoTopUps, runCall, setAutoTopUp, startTopUp, syncTopUp } from "@/modules/payments";
import { syncDispute } from "@/modules/payments/stripe/sync-dispute";
import { syncStripeRefund } from "@/modules/payments/stripe/sync-refund";
import { StripeYard } from "../support/stripe-yard";

const DOLLARS = 1_000_000n;

let yard: StripeYard;
let admin: pg.Client;
let keys = 0;
beforeAll(async () => {
  yard = await StripeYard.open();
  admin = new pg.Client({ connectionString: yard.databaseUrl });
  await admin.connect();
  await bookedCharge();
  await setAutoTopUp(yard.as("buyer", "finance"), {
    enabled: true,
    belowMicros: 100_000n * DOLLARS,
    amountMicros: 20n * DOLLARS,
    monthlyMaxMicros: 1_000n * DOLLARS,
  });
});
afterAll(async () => {
  await admin.end();
  await yard.close();
});

/** Something that has happened at Stripe and that nobody has booked yet: how it is booked. */
type Booking = () => Promise<void>;

/** Everything that Stripe has said is here and worked off. */
async function quiet(): Promise<void> {
  for (let round = 0; round < 3; round++) {
    await yard.delivered();
    await yard.work();
  }
}

async function cardPayment(): Promise<Booking> {
  const input = { amountMicros: 50n * DOLLARS, method: "card" as const, idempotencyKey: `lock-test-${keys++}` };
  const { id: topUpId, url } = await startTopUp(yard.as("buyer"), yard.rails, input);
  await yard.submit(url ?? "", { method: "card", number: "4242424242424242" });
  return () => syncTopUp(yard.asTask(), yard.rails, { topUpId });
}

async function automaticPayment(): Promise<Booking> {
  expect(await runAutoTopUps(yard.asTask(), yard.rails)).toBe(1);
  const { rows } = await admin.query<{ id: string; reference: string }>(
    `SELECT id, reference FROM stripe_call WHERE state = 'pending'`,
  );
  await runCall(yard.asTask(), yard.rails, { callId: rows[0]?.id ?? "" });
  return () => syncTopUp(yard.asTask(), yard.rails, { topUpId: rows[0]?.reference ?? "" });
}

/** The charge of a card payment that is booked. */
async function bookedCharge(): Promise<string> {
  const book = await cardPayment();
  await book();
  const [charge] = (await yard.stripe.charges.list({ limit: 1 })).data;
  return charge?.id ?? "";
}

async function dispute(charge: string): Promise<Booking> {
  const { id } = await yard.control<{ id: string }>("POST", "/_disputes", { charge });
  return () => syncDispute(yard.asTask(), yard.rails, id);
}

async function refundMadeAtStripe(charge: string): Promise<Booking> {
  const { id } = await yard.stripe.refunds.create({ charge, amount: 100 });
  return () => syncStripeRefund(yard.asTask(), yard.rails, id);
}

/** Books two things so that each has begun while the other has not ended: the account that both move is held until both wait. */
async function meet(first: Booking, second: Booking): Promise<void> {
  const blocker = new pg.Client({ connectionString: yard.databaseUrl });
  await blocker.connect();
  await blocker.query(`BEGIN; SELECT 1 FROM ledger_account WHERE id = 'clearing:stripe' FOR UPDATE`);
  const waiting = async (): Promise<number> => {
    const { rows } = await admin.query(
      `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    return rows.length;
  };
  const both: Promise<void>[] = [];
  for (const book of [first, second]) {
    both.push(book());
    await expect.poll(waiting, { timeout: 10_000 }).toBe(both.length);
  }
  await blocker.query("COMMIT");
  await blocker.end();
  await Promise.all(both);
}

describe(
  "bookings of one organisation that meet wait for each other and never in a circle",
  { timeout: 60_000 },
  () => {
    test("a card payment and an automatic one", async () => {
      await meet(await cardPayment(), await automaticPayment());
      await quiet();
      expect(await yard.booksAreRight()).toBe(true);
    });

    test("a dispute and an automatic payment", async () => {
      const charge = await bookedCharge();
      const automatic = await automaticPayment();
      await meet(await dispute(charge), automatic);
      await quiet();
      expect(await yard.booksAreRight()).toBe(true);
    });

    test("a dispute and a refund that was made at Stripe, over the same payment", async () => {
      const charge = await bookedCharge();
      const refund = await refundMadeAtStripe(charge);
      await meet(await dispute(charge), refund);
      await quiet();
      expect(await yard.booksAreRight()).toBe(true);
    });
  },
);
