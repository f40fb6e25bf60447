import { afterAll, beforeAll, describe, expect, test } from "vitest";
import pg from "pg";
import { micros } from "@/kernel";
import { openHold, postSegment, readBalance, voidHold } from "@/modules/ledger";
import {
  depositSandbox,
  listFunding,
  readTopUp,
  receiveStripeEvent,
  requestPayout,
  requestRefund,
  startOnboarding,
  startTopUp,
  type TopUpView,
} from "@/modules/payments";
import { reconcile } from "@/modules/reconciliation";
import { listDisputesToAnswer, postJob, readJob, sendDisputeEvidence } from "@/modules/settlement";
import { addSampleDatasets } from "@/server/samples/sample-datasets";
import { StripeYard } from "../support/stripe-yard";

const DOLLARS = 1_000_000n;
const GOOD_CARD = "4242424242424242";

let yard: StripeYard;
beforeAll(async () => {
  yard = await StripeYard.open();
  await addSampleDatasets(yard.asTask());
});
afterAll(() => yard.close());

let keys = 0;
const key = (): string => `scenario-${keys++}`;
const start = (dollars: bigint, method: "card" | "ach" = "card"): Promise<TopUpView> =>
  startTopUp(yard.as("buyer"), yard.rails, { amountMicros: dollars * DOLLARS, method, idempotencyKey: key() });
const pay = (topUp: TopUpView, number = GOOD_CARD): Promise<Response> =>
  yard.submit(topUp.url ?? "", { method: "card", number });
const balance = () => readBalance(yard.as("buyer"));
const available = async (): Promise<bigint> => (await balance()).availableMicros;

/** Everything that Stripe has said is here and worked off. */
async function quiet(): Promise<void> {
  for (let round = 0; round < 4; round++) {
    await yard.delivered();
    await yard.work();
  }
}
async function topUp(dollars: bigint): Promise<{ view: TopUpView; intent: string; charge: string }> {
  const view = await start(dollars);
  expect((await pay(view)).status).toBe(303);
  await quiet();
  const [intent] = (await yard.stripe.paymentIntents.list({ limit: 1 })).data;
  return {
    view,
    intent: intent?.id ?? "",
    charge: typeof intent?.latest_charge === "string" ? intent.latest_charge : "",
  };
}
/** Nothing is left to explain: one reconcile cycle is green, and so are the books. */
async function tiesOut(): Promise<void> {
  await quiet();
  const first = await reconcile(yard.asTask(), yard.rails, null);
  await quiet();
  const { green } = first.green ? first : await reconcile(yard.asTask(), yard.rails, null);
  expect(green).toBe(true);
  expect(await yard.booksAreRight()).toBe(true);
}

describe("money over Stripe", () => {
  test("S1: five deliveries of one webhook at once credit one lot", async () => {
    const before = await available();
    await yard.control("POST", "/_chaos", { duplicate: 4 });
    await topUp(20n);
    await yard.control("DELETE", "/_chaos");
    expect(await available()).toBe(before + 20n * DOLLARS);
    await tiesOut();
  });

  test("S2: a refund that is told before its payment ends as Stripe shows it", async () => {
    const before = await available();
    await yard.control("POST", "/_chaos", { reorder: true });
    const view = await start(10n);
    await pay(view);
    const [intent] = (await yard.stripe.paymentIntents.list({ limit: 1 })).data;
    await yard.stripe.refunds.create({ payment_intent: intent?.id ?? "", amount: 400 });
    await quiet();
    await yard.control("DELETE", "/_chaos");
    await tiesOut();
    expect(await available()).toBe(before + 6n * DOLLARS);
  });

  test("S3: with all webhooks lost the balance is right within one reconcile cycle", async () => {
    const before = await available();
    await yard.control("POST", "/_chaos", { lose: 1_000 });
    const view = await start(30n);
    await pay(view);
    await quiet();
    expect(await available()).toBe(before);
    const { green } = await reconcile(yard.asTask(), yard.rails, null);
    expect(green).toBe(true);
    expect(await available()).toBe(before + 30n * DOLLARS);
    await yard.control("DELETE", "/_chaos");
  });

  test("S4: a double click opens one page, and another amount under its key is refused", async () => {
    const input = { amountMicros: 15n * DOLLARS, method: "card" as const, idempotencyKey: key() };
    const views = await Promise.all([
      startTopUp(yard.as("buyer"), yard.rails, input),
      startTopUp(yard.as("buyer"), yard.rails, input),
    ]);
    expect(new Set(views.map(({ id }) => id)).size).toBe(1);
    const sessions = (await yard.stripe.checkout.sessions.list({ limit: 100 })).data;
    expect(sessions.filter(({ client_reference_id }) => client_reference_id === views[0].id)).toHaveLength(1);
    await expect(
      startTopUp(yard.as("buyer"), yard.rails, { ...input, amountMicros: 16n * DOLLARS }),
    ).rejects.toMatchObject({ code: "payments/deposit-mismatch" });
  });

  test("S5: a payer who is back before any webhook sees the money", async () => {
    const before = await available();
    await yard.control("POST", "/_chaos", { lose: 1_000 });
    const view = await start(12n);
    await pay(view);
    expect(await readTopUp(yard.as("buyer"), yard.rails, { topUpId: view.id })).toMatchObject({ state: "paid" });
    expect(await available()).toBe(before + 12n * DOLLARS);
    await yard.control("DELETE", "/_chaos");
  });

  test("S6: a payment that succeeds after a declined attempt is credited", async () => {
    const before = await available();
    const view = await start(25n);
    expect((await pay(view, "4000000000009995")).status).toBe(402);
    await quiet();
    const declined = await readTopUp(yard.as("buyer"), yard.rails, { topUpId: view.id });
    expect(declined.failure).toContain("insufficient funds");
    expect((await pay(view)).status).toBe(303);
    await quiet();
    expect(await available()).toBe(before + 25n * DOLLARS);
    await tiesOut();
  });

  test("S7: an ACH debit is credited when it has succeeded, and a later return is a dispute that takes it back", async () => {
    const before = await available();
    const view = await start(40n, "ach");
    await yard.submit(view.url ?? "", { method: "bank" });
    await quiet();
    expect(await available()).toBe(before);
    expect(await readTopUp(yard.as("buyer"), yard.rails, { topUpId: view.id })).toMatchObject({ state: "processing" });
    await yard.advance(4 * 86_400 + 1);
    await quiet();
    expect(await available()).toBe(before + 40n * DOLLARS);
    const [intent] = (await yard.stripe.paymentIntents.list({ limit: 1 })).data;
    const dispute = await yard.control<{ id: string }>("POST", "/_disputes", {
      charge: intent?.latest_charge,
      reason: "insufficient_funds",
    });
    await quiet();
    expect(await available()).toBe(before);
    await yard.control("POST", "/_disputes/close", { dispute: dispute.id, outcome: "lost" });
    await tiesOut();
  });

  test("S9: after a partial release at most the unreleased goes back, youngest lot first, to more than one source", async () => {
    await topUp(10n);
    await topUp(10n);
    const all = await available();
    await openHold2("job_s9", micros(all - 4n * DOLLARS));
    await expect(
      requestRefund(yard.as("buyer"), yard.rails, {
        amountMicros: 5n * DOLLARS,
        reason: "Too much.",
        idempotencyKey: key(),
      }),
    ).rejects.toMatchObject({ code: "payments/not-enough" });
    await inTransaction((tx) => voidHold(tx, { jobId: "job_s9", organisationId: yard.organisation("buyer") }));
    expect(await available()).toBe(all);
    const { refundIds } = await requestRefund(yard.as("buyer"), yard.rails, {
      amountMicros: 15n * DOLLARS,
      reason: "Not needed.",
      idempotencyKey: key(),
    });
    expect(refundIds).toHaveLength(2);
    await quiet();
    expect(await available()).toBe(all - 15n * DOLLARS);
    expect((await balance()).refundingMicros).toBe(0n);
    const refunds = (await yard.stripe.refunds.list({ limit: 2 })).data.map(({ amount }) => amount).sort();
    expect(refunds).toEqual([1_000, 500].sort());
    await tiesOut();
  });

  test("S9b: a refund that the card refuses is in its lot again", async () => {
    await topUp(8n);
    const before = await available();
    await requestRefund(yard.as("buyer"), yard.rails, {
      amountMicros: 3n * DOLLARS,
      reason: "Try.",
      idempotencyKey: key(),
    });
    await quiet();
    const [refund] = (await yard.stripe.refunds.list({ limit: 1 })).data;
    await yard.control("POST", "/_refunds/fail", { refund: refund?.id });
    await quiet();
    expect(await available()).toBe(before);
    await tiesOut();
  });

  test("S12: a dispute that is won gives everything back but the fee, also when its news comes twice and late", async () => {
    const { charge } = await topUp(18n);
    const before = await available();
    await yard.control("POST", "/_chaos", { duplicate: 2 });
    const dispute = await yard.control<{ id: string }>("POST", "/_disputes", { charge });
    await quiet();
    expect(await available()).toBe(before - 18n * DOLLARS);
    await yard.control("POST", "/_disputes/close", { dispute: dispute.id, outcome: "won" });
    await yard.control("DELETE", "/_chaos");
    await tiesOut();
    expect(await available()).toBe(before);
    expect((await balance()).owedMicros).toBe(0n);
  });

  test("S12: an inquiry moves no money and stops nothing; closed it leaves no trace, escalated and lost it takes the lot", async () => {
    const { charge } = await topUp(16n);
    const before = await available();
    const ask = () => yard.control<{ id: string }>("POST", "/_disputes", { charge, inquiry: true });
    const inquiry = await ask();
    await quiet();
    expect(await available()).toBe(before);
    const funding = () => listFunding(yard.as("buyer"));
    expect((await funding()).disputes[0]).toMatchObject({ id: inquiry.id, status: "warning_needs_response" });
    expect((await funding()).frozenReason).toBeNull();
    await tiesOut();
    await yard.control("POST", "/_disputes/close", { dispute: inquiry.id, outcome: "warning_closed" });
    await tiesOut();
    expect((await funding()).disputes[0]).toMatchObject({ status: "warning_closed", recoveredMicros: 0n });
    expect(await available()).toBe(before);

    const second = await topUp(14n);
    const { id } = await yard.control<{ id: string }>("POST", "/_disputes", { charge: second.charge, inquiry: true });
    await quiet();
    expect(await available()).toBe(before + 14n * DOLLARS);
    await yard.control("POST", "/_disputes/escalate", { dispute: id });
    await quiet();
    expect(await available()).toBe(before);
    expect((await funding()).frozenReason).toContain(id);
    await tiesOut();
    await yard.control("POST", "/_disputes/close", { dispute: id, outcome: "lost" });
    await tiesOut();
    expect(await available()).toBe(before);
    expect((await funding()).frozenReason).toBeNull();
    expect((await funding()).disputes[0]).toMatchObject({ status: "lost", recoveredMicros: 14n * DOLLARS });
  });

  test("a request that Stripe's rate limit turns away is made later, once", async () => {
    await topUp(5n);
    const before = (await yard.stripe.refunds.list({ limit: 100 })).data.length;
    await yard.control("POST", "/_chaos", { path: "/v1/refunds", rateLimits: 3, retryAfterSeconds: 1 });
    await requestRefund(yard.as("buyer"), yard.rails, {
      amountMicros: 1n * DOLLARS,
      reason: "Too much.",
      idempotencyKey: key(),
    });
    await yard.work();
    expect((await balance()).refundingMicros).toBe(1n * DOLLARS);
    await yard.control("DELETE", "/_chaos");
    await yard.advance(3_600);
    await tiesOut();
    expect((await balance()).refundingMicros).toBe(0n);
    expect((await yard.stripe.refunds.list({ limit: 100 })).data).toHaveLength(before + 1);
  });

  test("S13: a refund made in Stripe's own pages reaches the lot; what it lacks is owed", async () => {
    const { intent } = await topUp(9n);
    const all = await available();
    await openHold2("job_s13", micros(all));
    await yard.stripe.refunds.create({ payment_intent: intent, amount: 500 });
    await quiet();
    expect(await balance()).toMatchObject({ availableMicros: 0n, owedMicros: 5n * DOLLARS });
    await inTransaction((tx) => voidHold(tx, { jobId: "job_s13", organisationId: yard.organisation("buyer") }));
    await quiet();
    await tiesOut();
    expect(await balance()).toMatchObject({ availableMicros: all - 5n * DOLLARS, owedMicros: 0n });
  });
});

describe("disputes over money that is spent or held", () => {
  test("S10: a chargeback before release ends the jobs its money is held for, takes the hold, and stops new jobs", async () => {
    const { charge } = await topUp(7n);
    await spendAllBut(7n);
    const jobId = await postSampleJob(5n);
    const dispute = await yard.control<{ id: string }>("POST", "/_disputes", { charge });
    await quiet();
    expect(await readJob(yard.as("buyer"), { jobId })).toMatchObject({ state: "failed" });
    expect(await balance()).toMatchObject({ heldMicros: 0n, owedMicros: 0n, availableMicros: 0n });
    await expect(postSampleJob(1n)).rejects.toMatchObject({ code: "payments/organisation-frozen" });
    await yard.control("POST", "/_disputes/close", { dispute: dispute.id, outcome: "lost" });
    await tiesOut();
  });

  test("S11: a chargeback after the money was earned is the platform's loss, and the provider keeps its pay", async () => {
    const { charge } = await topUp(6n);
    await openHold2("job_s11", micros(6n * DOLLARS));
    await inTransaction((tx) =>
      postSegment(tx, {
        segmentId: "seg_s11",
        jobId: "job_s11",
        providerId: yard.organisation("northwind"),
        price: micros(6n * DOLLARS),
        asset: "USD",
      }),
    );
    const earned = (await readBalance(yard.as("northwind"))).earnedMicros;
    const dispute = await yard.control<{ id: string }>("POST", "/_disputes", { charge });
    await quiet();
    expect(await balance()).toMatchObject({ owedMicros: 6n * DOLLARS });
    await yard.control("POST", "/_disputes/close", { dispute: dispute.id, outcome: "lost" });
    await tiesOut();
    expect(await balance()).toMatchObject({ owedMicros: 0n });
    expect((await readBalance(yard.as("northwind"))).earnedMicros).toBe(earned);
  });
});

describe("evidence for a payer's bank", () => {
  const disputeOver = async (dollars: bigint) => {
    const { charge } = await topUp(dollars);
    const dispute = await yard.control<{ id: string }>("POST", "/_disputes", { charge });
    await quiet();
    return dispute.id;
  };
  const send = (disputeId: string, by = yard.as("platform", "finance")) =>
    sendDisputeEvidence(by, yard.rails, { disputeId });

  test("is sent once, by the operator's finance, with the work that was verified, and a deadline is shown", async () => {
    const disputeId = await disputeOver(9n);
    const [open] = await listDisputesToAnswer(yard.as("platform"));
    expect(open).toMatchObject({ id: disputeId, status: "needs_response", evidenceSentAt: null });
    expect(open?.evidenceDueAt?.getTime()).toBeGreaterThan(yard.clock.now().getTime());
    await expect(send(disputeId, yard.as("buyer"))).rejects.toMatchObject({ kind: "forbidden" });
    await expect(send(disputeId, yard.as("platform", "engineer"))).rejects.toMatchObject({ kind: "forbidden" });
    await expect(send("du_nobody")).rejects.toMatchObject({ kind: "not-found" });
    const [first, second] = await Promise.allSettled([send(disputeId), send(disputeId)]);
    expect([first.status, second.status].sort()).toEqual(["fulfilled", "rejected"]);
    await expect(send(disputeId)).rejects.toMatchObject({ code: "payments/evidence-refused" });
    await yard.control("POST", "/_chaos", { path: "/v1/disputes", dropResponses: 1 });
    await quiet();
    await yard.control("DELETE", "/_chaos");
    await yard.advance(25 * 3_600);
    await quiet();
    const seen = await yard.stripe.disputes.retrieve(disputeId);
    expect(seen).toMatchObject({ status: "under_review", evidence_details: { submission_count: 1 } });
    expect(seen.evidence.customer_name).not.toBe("");
    expect(seen.evidence.uncategorized_text).toContain("paid $9.00 into its prepaid balance");
    await yard.control("POST", "/_disputes/close", { dispute: disputeId, outcome: "won" });
    await tiesOut();
    await expect(send(disputeId)).rejects.toMatchObject({ code: "payments/evidence-refused" });
  });

  test("is refused after the bank's deadline", async () => {
    const disputeId = await disputeOver(9n);
    await yard.advance(8 * 86_400);
    await expect(send(disputeId)).rejects.toThrow(/deadline for evidence has passed/);
    await yard.control("POST", "/_disputes/close", { dispute: disputeId, outcome: "won" });
    await tiesOut();
  });
});

describe("payouts over Stripe", () => {
  const earnings = async () => readBalance(yard.as("northwind"));
  const askFor = (dollars: bigint, idempotencyKey = key()) =>
    requestPayout(yard.as("northwind"), yard.rails, { amountMicros: dollars * DOLLARS, idempotencyKey });
  let account = "";

  test("a provider sets its account up on Stripe's page and withdraws what it earned", async () => {
    await earn("northwind", 40n);
    await expect(askFor(5n)).rejects.toMatchObject({ code: "payments/payouts-not-ready" });
    const { url } = await startOnboarding(yard.as("northwind"), yard.rails);
    await yard.submit(url, { outcome: "complete" });
    await quiet();
    account = (await yard.stripe.accounts.list({ limit: 1 })).data[0]?.id ?? "";
    await fillStripe();
    const before = (await earnings()).earnedMicros;
    const twice = key();
    const [first, second] = [await askFor(5n, twice), await askFor(5n, twice)];
    expect(second.payoutId).toBe(first.payoutId);
    await quiet();
    expect(await earnings()).toMatchObject({ earnedMicros: before - 5n * DOLLARS, payingOutMicros: 5n * DOLLARS });
    await yard.advance(2 * 86_400 + 1);
    await tiesOut();
    expect(await earnings()).toMatchObject({ payingOutMicros: 0n });
  });

  test("S14: a transfer that Stripe refuses is earnings again, whatever the reason, and can be asked for anew", async () => {
    const before = (await earnings()).earnedMicros;
    await yard.control("POST", "/_accounts", { account, transfers: "inactive" });
    await askFor(3n);
    await quiet();
    await yard.control("POST", "/_accounts", { account, transfers: "active" });
    await quiet();
    expect(await earnings()).toMatchObject({ earnedMicros: before, payingOutMicros: 0n });
    await earn("northwind", 100_000n);
    await askFor(80_000n); // More than Stripe holds for the platform.
    await quiet();
    expect(await earnings()).toMatchObject({ earnedMicros: before + 85_000n * DOLLARS, payingOutMicros: 0n });
    await tiesOut();
  });

  test("S15: a payout that the bank sends back, at once or after it was paid, is earnings again", async () => {
    const before = (await earnings()).earnedMicros;
    for (const days of [0, 3]) {
      await askFor(4n);
      await quiet();
      await yard.advance(days * 86_400);
      await quiet();
      const [payout] = (await yard.stripe.payouts.list({ limit: 1 }, { stripeAccount: account })).data;
      await yard.control("POST", "/_payouts/fail", { payout: payout?.id });
      await tiesOut();
      expect(await earnings()).toMatchObject({ earnedMicros: before, payingOutMicros: 0n });
    }
  });

  test("S16: a transfer whose answer was lost is found by its metadata a day later and not made again", async () => {
    const before = (await yard.stripe.transfers.list({ limit: 100 })).data.length;
    await yard.control("POST", "/_chaos", { path: "/v1/transfers", dropResponses: 2 });
    await askFor(2n);
    await yard.work();
    await yard.control("DELETE", "/_chaos");
    expect((await earnings()).payingOutMicros).toBe(2n * DOLLARS);
    await yard.advance(25 * 3_600);
    await tiesOut();
    expect((await yard.stripe.transfers.list({ limit: 100 })).data).toHaveLength(before + 1);
  });

  test("S17: a key that Stripe knows with another body stops the call, loudly, and nothing is skipped", async () => {
    const { refundIds } = await requestRefund(yard.as("buyer"), yard.rails, await aRefund());
    const [call] = await query<{ id: string; request: { paymentIntent: string } }>(
      `SELECT id, request FROM stripe_call WHERE reference = '${refundIds[0]}'`,
    );
    await yard.stripe.refunds.create(
      { payment_intent: call?.request.paymentIntent ?? "", amount: 1 },
      { idempotencyKey: call?.id ?? "" },
    );
    await quiet();
    expect(await reconcile(yard.asTask(), yard.rails, null)).toMatchObject({ green: false });
    const open = await query<{ kind: string; reference: string }>(
      `SELECT kind, reference FROM difference WHERE "resolvedAt" IS NULL AND kind = 'stripe-call-blocked'`,
    );
    expect(open).toMatchObject([{ reference: call?.id }]);
    await expect(query(`UPDATE stripe_call SET request = '{}' WHERE id = '${call?.id}'`)).rejects.toThrow(
      /never changes/,
    );
  });

  test("S18: rolled secrets are taken, wrong ones refused, and a replay from the future changes nothing", async () => {
    const before = await available();
    const { secret } = await yard.control<{ secret: string }>("POST", "/_roll_secret", { endpoint: yard.endpointId });
    await topUp(3n); // Signed with the old and the new secret at once.
    expect(await available()).toBe(before + 3n * DOLLARS);
    const [event] = (await yard.stripe.events.list({ limit: 1, types: ["payment_intent.succeeded"] })).data;
    const body = JSON.stringify(event);
    const deliver = (signedWith: string, timestamp: number) =>
      receiveStripeEvent(yard.asTask(), yard.rails, {
        body,
        signature: yard.stripe.webhooks.generateTestHeaderString({ payload: body, secret: signedWith, timestamp }),
      });
    const now = Math.floor(Date.now() / 1_000);
    await expect(deliver("whsec_wrong", now)).rejects.toMatchObject({ code: "payments/bad-signature" });
    await expect(deliver(secret, now)).rejects.toMatchObject({ code: "payments/bad-signature" });
    await deliver(yard.webhookSecrets[0] ?? "", now + 600);
    await quiet();
    expect(await available()).toBe(before + 3n * DOLLARS);
  });
});

/** Makes a provider earn: a hold that one verified segment empties. */
async function earn(key: "northwind", dollars: bigint): Promise<void> {
  const jobId = `job_earn_${keys++}`;
  const { amount, fee } = { amount: dollars * DOLLARS, fee: 0n };
  await depositSandbox(yard.as("buyer"), yard.rails, { amountMicros: amount + fee, idempotencyKey: `earn-${jobId}` });
  await openHold2(jobId, micros(amount));
  await inTransaction((tx) =>
    postSegment(tx, {
      segmentId: `seg_${jobId}`,
      jobId,
      providerId: yard.organisation(key),
      price: micros(amount),
      asset: "USD",
    }),
  );
}

/** Puts money into the platform's available balance at Stripe. */
async function fillStripe(): Promise<void> {
  await topUp(500n);
  await yard.advance(3 * 86_400);
  await quiet();
}

/** Leaves the newest lot with this much and every older one with nothing. */
async function spendAllBut(dollars: bigint): Promise<void> {
  const rest = (await available()) - dollars * DOLLARS;
  if (rest <= 0n) return;
  const jobId = `job_spend_${keys++}`;
  await openHold2(jobId, micros(rest));
  await inTransaction((tx) =>
    postSegment(tx, {
      segmentId: `seg_${jobId}`,
      jobId,
      providerId: yard.organisation("northwind"),
      price: micros(rest),
      asset: "USD",
    }),
  );
}

async function postSampleJob(dollars: bigint): Promise<string> {
  const training = { batchSize: 64, totalSteps: 20, stepsPerSegment: 10 };
  const input = { source: { kind: "template" as const, template: "mnist-mlp" as const }, training, name: "Disputed" };
  return (await postJob(yard.as("buyer"), { ...input, limitMicros: dollars * DOLLARS, idempotencyKey: key() })).jobId;
}

async function aRefund() {
  await topUp(2n);
  return { amountMicros: 1n * DOLLARS, reason: "Key clash.", idempotencyKey: key() };
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

type TxOf = Parameters<Parameters<typeof yard.services.database.transaction>[0]>[0];
function inTransaction<T>(work: (tx: TxOf) => Promise<T>): Promise<T> {
  return yard.services.database.transaction(work);
}
function openHold2(jobId: string, amount: ReturnType<typeof micros>): Promise<void> {
  return inTransaction((tx) => openHold(tx, { jobId, organisationId: yard.organisation("buyer"), amount }));
}
