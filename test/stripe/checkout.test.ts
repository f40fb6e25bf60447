import type Stripe from "stripe";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Receiver } from "./receiver";
import { startReceiver } from "./receiver";
import type { Bench } from "./support";
import { checkoutParameters, startBench, until } from "./support";

let bench: Bench;
let receiver: Receiver;
let secret: string;
beforeAll(async () => {
  bench = await startBench();
  receiver = await startReceiver();
  const endpoint = await bench.stripe.webhookEndpoints.create({ url: receiver.url, enabled_events: ["*"] });
  secret = endpoint.secret ?? "";
});
afterAll(async () => {
  await receiver.close();
  await bench.close();
});

function typesReceived(): string[] {
  return receiver.received.map(
    ({ body, signature }) => bench.stripe.webhooks.constructEvent(body, signature, secret).type as string,
  );
}

async function openSession(reference: string): Promise<{ id: string; url: string }> {
  const { id, url } = await bench.stripe.checkout.sessions.create(checkoutParameters(reference));
  if (url === null) throw new Error("an open session has a page");
  return { id, url };
}

async function intentOf(sessionId: string): Promise<Stripe.PaymentIntent> {
  const session = await bench.stripe.checkout.sessions.retrieve(sessionId, {
    expand: ["payment_intent.latest_charge.balance_transaction"],
  });
  return session.payment_intent as Stripe.PaymentIntent;
}

describe("the hosted Checkout page", () => {
  test("a good card pays the session, books charge and fee, and tells the endpoint", async () => {
    const { id, url } = await openSession("good");
    expect(await (await fetch(url)).text()).toContain("$50.00");
    const answer = await bench.submit(url, { method: "card", number: "4242 4242 4242 4242", email: "a@b.example" });
    expect(answer.status).toBe(303);
    expect(answer.headers.get("location")).toBe(`https://example.com/done?session=${id}`);

    const intent = await intentOf(id);
    expect(intent).toMatchObject({ status: "succeeded", amount_received: 5_000, metadata: { topup: "good" } });
    expect(intent.latest_charge).toMatchObject({
      balance_transaction: { amount: 5_000, fee: 175, net: 4_825, status: "pending", type: "charge" },
    });
    await until(() => typesReceived().includes("checkout.session.completed"));
    expect(typesReceived()).toContain("payment_intent.succeeded");
  });

  test("a card without funds is declined, the session stays open, and another card still pays it", async () => {
    const { id, url } = await openSession("retry");
    const declined = await bench.submit(url, { method: "card", number: "4000000000009995" });
    expect(declined.status).toBe(402);
    expect(await declined.text()).toContain("insufficient funds");
    expect(await intentOf(id)).toMatchObject({
      status: "requires_payment_method",
      last_payment_error: { code: "card_declined", decline_code: "insufficient_funds" },
    });
    expect((await bench.submit(url, { method: "card", number: "4242424242424242" })).status).toBe(303);
    expect(await intentOf(id)).toMatchObject({ status: "succeeded", last_payment_error: null });
  });

  test("3-D Secure is asked for on a second page and can fail or be completed", async () => {
    const { id, url } = await openSession("3ds");
    const first = await bench.submit(url, { method: "card", number: "4000002500003155" });
    const bank = first.headers.get("location") ?? "";
    expect(bank).toContain("/c/3ds/");
    expect((await bench.submit(bank, { outcome: "fail" })).status).toBe(402);
    expect(await intentOf(id)).toMatchObject({ status: "requires_payment_method" });

    await bench.submit(url, { method: "card", number: "4000002500003155" });
    expect((await bench.submit(bank, { outcome: "complete" })).status).toBe(303);
    expect(await intentOf(id)).toMatchObject({ status: "succeeded" });
  });

  test("an ACH debit completes the session unpaid and pays it days later", async () => {
    const { id, url } = await openSession("ach");
    expect((await bench.submit(url, { method: "bank" })).status).toBe(303);
    const waiting = await bench.stripe.checkout.sessions.retrieve(id);
    expect(waiting).toMatchObject({ status: "complete", payment_status: "unpaid" });
    await bench.control("POST", "/_clock", { advanceSeconds: 4 * 86_400 + 1 });
    expect(await bench.stripe.checkout.sessions.retrieve(id)).toMatchObject({ payment_status: "paid" });
    await until(() => typesReceived().includes("checkout.session.async_payment_succeeded"));
  });

  test("a session that nobody pays expires after a day", async () => {
    const { id } = await openSession("late");
    await bench.control("POST", "/_clock", { advanceSeconds: 86_401 });
    expect(await bench.stripe.checkout.sessions.retrieve(id)).toMatchObject({ status: "expired", url: null });
  });
});
