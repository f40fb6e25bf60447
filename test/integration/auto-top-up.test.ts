import fc from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import pg from "pg";
import { micros } from "@/kernel";
import { openHold, readBalance } from "@/modules/ledger";
import { listFunding, readAutoTopUp, runAutoTopUps, setAutoTopUp, startTopUp } from "@/modules/payments";
import { reconcile } from "@/modules/reconciliation";
import { StripeYard } from "../support/stripe-yard";

const DOLLARS = 1_000_000n;
const DAY = 86_400;
const GOOD_CARD = "4242424242424242";
const CONFIRMED_EVERY_TIME = "4000002760003184";

let yard: StripeYard;
let keys = 0;
beforeAll(async () => {
  yard = await StripeYard.open();
  await saveCard(GOOD_CARD);
});
afterEach(() => yard.control("DELETE", "/_chaos"));
afterAll(() => yard.close());

const available = async (): Promise<bigint> => (await readBalance(yard.as("buyer"))).availableMicros;
const set = (below: bigint, amount: bigint, month: bigint, enabled = true) =>
  setAutoTopUp(yard.as("buyer", "finance"), {
    enabled,
    belowMicros: below * DOLLARS,
    amountMicros: amount * DOLLARS,
    monthlyMaxMicros: month * DOLLARS,
  });
const run = () => runAutoTopUps(yard.asTask(), yard.rails);
const automatic = async () => (await listFunding(yard.as("buyer"))).topUps.filter((topUp) => topUp.automatic);

/** Everything that Stripe has said is here and worked off. */
async function quiet(): Promise<void> {
  for (let round = 0; round < 3; round++) {
    await yard.delivered();
    await yard.work();
  }
}

/** Adds $1 on the hosted page, which saves the card for later. */
async function saveCard(number: string): Promise<void> {
  const view = await startTopUp(yard.as("buyer"), yard.rails, {
    amountMicros: DOLLARS,
    method: "card",
    idempotencyKey: `auto-save-${keys++}`,
  });
  const answer = await yard.submit(view.url ?? "", { method: "card", number });
  const bank = answer.headers.get("location") ?? "";
  if (bank.includes("/c/3ds/")) await yard.submit(bank, { outcome: "complete" });
  await quiet();
}

async function spend(amount: bigint): Promise<void> {
  if (amount <= 0n) return;
  await yard.services.database.transaction((tx) =>
    openHold(tx, { jobId: `job_auto_${keys++}`, organisationId: yard.organisation("buyer"), amount: micros(amount) }),
  );
}
const spendAll = async () => spend(await available());

async function query<Row>(sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: yard.databaseUrl });
  await client.connect();
  try {
    return (await client.query(sql)).rows as Row[];
  } finally {
    await client.end();
  }
}

/** Moves to the first day of the next month, so that a test has its month for itself. */
async function nextMonth(): Promise<void> {
  const now = yard.clock.now();
  const first = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1, 1);
  await yard.advance(Math.ceil((first - now.getTime()) / 1_000));
  await quiet();
}

describe("automatic top-ups", { timeout: 120_000 }, () => {
  test("need a saved card, a role, and a ceiling that one top-up fits under", async () => {
    const input = { enabled: true, belowMicros: 1n, amountMicros: DOLLARS, monthlyMaxMicros: DOLLARS };
    await expect(setAutoTopUp(yard.as("northwind"), input)).rejects.toMatchObject({
      code: "payments/no-saved-payment-method",
    });
    await expect(setAutoTopUp(yard.as("buyer", "engineer"), input)).rejects.toMatchObject({ kind: "forbidden" });
    await expect(set(1n, 5n, 4n)).rejects.toThrow(/ceiling is below one top-up/);
  });

  test("below the line the card is charged once, however many cycles look at once; above it not at all", async () => {
    await nextMonth();
    await spendAll();
    await set(10n, 25n, 100n);
    const started = await Promise.all(Array.from({ length: 8 }, run));
    expect(started.reduce((sum, n) => sum + n, 0)).toBe(1);
    expect(await run()).toBe(0); // The first is on its way.
    await quiet();
    expect(await available()).toBe(25n * DOLLARS);
    expect(await run()).toBe(0);
    expect(await readAutoTopUp(yard.as("buyer", "viewer"))).toMatchObject({
      enabled: true,
      monthMicros: 25n * DOLLARS,
      monthlyMaxMicros: 100n * DOLLARS,
      hasCard: true,
    });
  });

  test("two are never on their way, even when Stripe's answer to the first is lost", async () => {
    await nextMonth();
    await spendAll();
    await set(10n, 20n, 200n);
    await yard.control("POST", "/_chaos", { path: "/v1/payment_intents", dropResponses: 1, lose: 1_000 });
    expect(await run()).toBe(1);
    await yard.work();
    expect(await run()).toBe(0);
    expect((await automatic()).filter(({ state }) => state === "open")).toHaveLength(1);
    await yard.control("DELETE", "/_chaos");
    await yard.advance(3_600);
    await quiet();
    await reconcile(yard.asTask(), yard.rails, null);
    expect(await available()).toBe(20n * DOLLARS);
    expect(await readAutoTopUp(yard.as("buyer"))).toMatchObject({ monthMicros: 20n * DOLLARS });
  });

  test("stop at the monthly ceiling, and go on next month", async () => {
    await nextMonth();
    await set(10n, 20n, 50n);
    for (let round = 0; round < 4; round++) {
      await spendAll();
      await run();
      await quiet();
    }
    expect(await readAutoTopUp(yard.as("buyer"))).toMatchObject({ monthMicros: 40n * DOLLARS });
    expect(await available()).toBe(0n);
    await nextMonth();
    expect(await readAutoTopUp(yard.as("buyer"))).toMatchObject({ monthMicros: 0n });
    expect(await run()).toBe(1);
    await quiet();
    expect(await available()).toBe(20n * DOLLARS);
  });

  test("a frozen organisation is never charged, also when it is frozen between the look and the charge", async () => {
    await nextMonth();
    await spendAll();
    await set(10n, 20n, 100n);
    const freeze = (at: string) => query(`UPDATE payment_profile SET "frozenAt" = ${at} WHERE "autoTopUpEnabled"`);
    await freeze("now()");
    expect(await run()).toBe(0);
    await freeze("NULL");
    const blocker = new pg.Client({ connectionString: yard.databaseUrl });
    await blocker.connect();
    await blocker.query("BEGIN");
    await blocker.query(`UPDATE payment_profile SET "frozenAt" = now() WHERE "autoTopUpEnabled"`);
    const racing = run(); // Sees the organisation unfrozen, then waits for its row.
    await expect
      .poll(async () => (await query(`SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'`)).length)
      .toBeGreaterThan(0);
    await blocker.query("COMMIT");
    await blocker.end();
    expect(await racing).toBe(0);
    await freeze("NULL");
  });

  test("a card whose bank wants every payment confirmed fails with a clear reason, pauses, and is not tried again", async () => {
    await nextMonth();
    await saveCard(CONFIRMED_EVERY_TIME);
    await spendAll();
    await set(10n, 20n, 100n);
    expect(await run()).toBe(1);
    await quiet();
    expect((await automatic())[0]).toMatchObject({ state: "failed" });
    const paused = await readAutoTopUp(yard.as("buyer"));
    expect(paused).toMatchObject({ enabled: false, monthMicros: 0n });
    expect(paused.pausedReason).toContain("wants every payment confirmed by a person");
    expect(await query(`SELECT 1 FROM audit_log_entry WHERE action = 'payments.auto-top-up-paused'`)).toHaveLength(1);
    expect(await run()).toBe(0);
    await saveCard(GOOD_CARD);
    await set(10n, 20n, 100n);
    expect(await readAutoTopUp(yard.as("buyer"))).toMatchObject({ enabled: true, pausedReason: null });
  });

  test(
    "whatever is spent and whatever breaks, a month's charges stay under the ceiling and one at a time",
    { timeout: 240_000 },
    async () => {
      const step = fc.oneof(
        fc.record({ do: fc.constant("spend" as const), percent: fc.integer({ min: 1, max: 100 }) }),
        fc.record({ do: fc.constant("look" as const), times: fc.constantFrom(1, 8) }),
        fc.record({ do: fc.constant("work" as const) }),
        fc.record({ do: fc.constant("break" as const), how: fc.constantFrom("drop", "error", "limit", "lose") }),
        fc.record({ do: fc.constant("wait" as const), hours: fc.constantFrom(1, 25) }),
        fc.record({ do: fc.constant("set" as const), ceiling: fc.bigInt({ min: 10n, max: 60n }) }),
      );
      const switches = {
        drop: { path: "/v1/payment_intents", dropResponses: 1 },
        error: { path: "/v1/payment_intents", serverErrors: 1 },
        limit: { path: "/v1/payment_intents", rateLimits: 2 },
        lose: { path: "", lose: 5 },
      } as const;
      await fc.assert(
        fc.asyncProperty(
          fc.bigInt({ min: 20n, max: 90n }),
          fc.bigInt({ min: 5n, max: 20n }),
          fc.array(step, { minLength: 6, maxLength: 14 }),
          async (ceiling, amount, steps) => {
            await yard.control("DELETE", "/_chaos");
            await nextMonth();
            let highest = ceiling;
            await set(15n, amount, ceiling);
            for (const taken of steps) {
              if (taken.do === "spend") await spend(((await available()) * BigInt(taken.percent)) / 100n);
              if (taken.do === "look") await Promise.all(Array.from({ length: taken.times }, run));
              if (taken.do === "work") await quiet();
              if (taken.do === "break")
                await yard.control("POST", "/_chaos", switches[taken.how]);
              if (taken.do === "wait") await yard.advance(taken.hours * 3_600);
              if (taken.do === "set" && taken.ceiling >= amount) {
                await set(15n, amount, taken.ceiling);
                highest = taken.ceiling > highest ? taken.ceiling : highest;
              }
              const { monthMicros } = await readAutoTopUp(yard.as("buyer"));
              expect(monthMicros <= highest * DOLLARS).toBe(true);
              const waiting = (await automatic()).filter(({ state }) => state === "open" || state === "processing");
              expect(waiting.length).toBeLessThanOrEqual(1);
            }
            await yard.control("DELETE", "/_chaos");
            await yard.advance(DAY + 3_600);
            await quiet();
            await reconcile(yard.asTask(), yard.rails, null);
            expect(await chargedThisMonth()).toBeLessThanOrEqual(highest);
            expect(await yard.booksAreRight()).toBe(true);
          },
        ),
        { numRuns: 5, endOnFailure: true },
      );
    },
  );
});

/** Dollars that Stripe charged automatically for top-ups that were begun this month, as Stripe itself tells it. */
async function chargedThisMonth(): Promise<bigint> {
  const now = yard.clock.now();
  const month = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1));
  const ids = new Set((await automatic()).filter(({ createdAt }) => createdAt >= month).map(({ id }) => id));
  let cents = 0n;
  for await (const intent of yard.stripe.paymentIntents.list({ limit: 100 }))
    if (intent.status === "succeeded" && ids.has(intent.metadata["topUpId"] ?? ""))
      cents += BigInt(intent.amount_received);
  return cents / 100n;
}
