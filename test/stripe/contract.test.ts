import Stripe from "stripe";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { strangeKeys } from "./shape";
import type { Bench } from "./support";
import { checkoutParameters, startBench } from "./support";

const realKey = process.env["STRIPE_TEST_SECRET_KEY"] ?? "";
let sandbox: Bench;
beforeAll(async () => {
  sandbox = await startBench();
});
afterAll(() => sandbox.close());

describe.each([
  { where: "the sandbox", isHere: true, client: () => sandbox.stripe },
  { where: "Stripe's test mode", isHere: realKey !== "", client: () => new Stripe(realKey) },
])("a client of $where", ({ isHere, client }) => {
  const run = test.skipIf(!isHere);

  run("creates, changes, finds and deletes a customer", async () => {
    const stripe = client();
    const customer = await stripe.customers.create({ name: "Acme", metadata: { org: "7", gone: "x" } });
    expect(strangeKeys(customer)).toEqual([]);
    const changed = await stripe.customers.update(customer.id, { email: "a@b.example", metadata: { gone: "" } });
    expect(changed).toMatchObject({ email: "a@b.example", metadata: { org: "7" } });
    expect(Object.keys(changed.metadata)).toEqual(["org"]);
    expect(await stripe.customers.del(customer.id)).toMatchObject({ deleted: true });
  });

  run("opens and expires a Checkout session", async () => {
    const stripe = client();
    const session = await stripe.checkout.sessions.create(checkoutParameters());
    expect(session).toMatchObject({
      status: "open",
      payment_status: "unpaid",
      payment_intent: null,
      amount_total: 5_000,
      currency: "usd",
    });
    expect(session.url).toMatch(/^https?:/);
    if (stripe === sandbox.stripe) expect(strangeKeys(session)).toEqual([]);
    expect(await stripe.checkout.sessions.expire(session.id)).toMatchObject({ status: "expired", url: null });
  });

  run("pays an intent, and finds charge, fee and refund", async () => {
    const stripe = client();
    const intent = await stripe.paymentIntents.create({
      amount: 10_000,
      currency: "usd",
      payment_method: "pm_card_visa",
      allowed_payment_method_types: ["card" as const],
      confirm: true,
      expand: ["latest_charge.balance_transaction"],
    });
    expect(intent.status).toBe("succeeded");
    const charge = intent.latest_charge as Stripe.Charge;
    const transaction = charge.balance_transaction as Stripe.BalanceTransaction;
    expect(transaction).toMatchObject({ amount: 10_000, fee: 320, net: 9_680 });
    const refund = await stripe.refunds.create({ payment_intent: intent.id, amount: 4_000 });
    expect(refund).toMatchObject({ amount: 4_000, status: "succeeded", charge: charge.id });
    await expect(stripe.refunds.create({ payment_intent: intent.id, amount: 6_001 })).rejects.toMatchObject({
      type: "StripeInvalidRequestError",
      statusCode: 400,
    });
    if (stripe !== sandbox.stripe) return;
    for (const object of [intent, charge, transaction, refund]) expect(strangeKeys(object)).toEqual([]);
  });

  run("learns why a card is declined", async () => {
    await expect(
      client().paymentIntents.create({
        amount: 1_000,
        currency: "usd",
        payment_method: "pm_card_chargeDeclinedInsufficientFunds",
        allowed_payment_method_types: ["card" as const],
        confirm: true,
      }),
    ).rejects.toMatchObject({
      type: "StripeCardError",
      statusCode: 402,
      code: "card_declined",
      decline_code: "insufficient_funds",
      payment_intent: { status: "requires_payment_method" },
    });
  });

  run("turns pages of a list with cursors, both ways", async () => {
    const stripe = client();
    const email = `page-${Date.now()}@b.example`;
    const ids: string[] = [];
    for (let made = 0; made < 3; made += 1) ids.unshift((await stripe.customers.create({ email })).id);
    const first = await stripe.customers.list({ email, limit: 2 });
    expect(first).toMatchObject({ has_more: true, data: [{ id: ids[0] }, { id: ids[1] }] });
    const second = await stripe.customers.list({ email, limit: 2, starting_after: ids[1] ?? "" });
    expect(second).toMatchObject({ has_more: false, data: [{ id: ids[2] }] });
    const back = await stripe.customers.list({ email, limit: 1, ending_before: ids[2] ?? "" });
    expect(back).toMatchObject({ has_more: true, data: [{ id: ids[1] }] });
  });

  run("is refused by name: unknown, missing and unknown objects", async () => {
    const stripe = client();
    await expect(stripe.customers.create({ nope: "1" } as Stripe.CustomerCreateParams)).rejects.toMatchObject({
      statusCode: 400,
      code: "parameter_unknown",
      param: "nope",
    });
    await expect(
      stripe.paymentIntents.create({ amount: 100 } as Stripe.PaymentIntentCreateParams),
    ).rejects.toMatchObject({ statusCode: 400, code: "parameter_missing", param: "currency" });
    await expect(stripe.customers.retrieve("cus_nobody")).rejects.toMatchObject({
      statusCode: 404,
      code: "resource_missing",
    });
  });

  run(
    "gets the first answer again for a repeated key, and an error for other parameters or another endpoint",
    async () => {
      const stripe = client();
      const idempotencyKey = `contract-${Date.now()}-${Math.random()}`;
      const first = await stripe.customers.create({ name: "Once" }, { idempotencyKey });
      expect((await stripe.customers.create({ name: "Once" }, { idempotencyKey })).id).toBe(first.id);
      await expect(stripe.customers.create({ name: "Twice" }, { idempotencyKey })).rejects.toMatchObject({
        type: "StripeIdempotencyError",
        statusCode: 400,
      });
      await expect(
        stripe.paymentIntents.create({ amount: 100, currency: "usd" }, { idempotencyKey }),
      ).rejects.toMatchObject({ type: "StripeIdempotencyError" });
    },
  );
});

test("what the sandbox does not have is a loud 501", async () => {
  await expect(sandbox.stripe.subscriptions.list()).rejects.toMatchObject({
    statusCode: 501,
    type: "StripeAPIError",
    message: expect.stringContaining("does not implement GET /v1/subscriptions") as string,
  });
});

test("event, balance, endpoint and payment method of the sandbox have no key that Stripe's have not", async () => {
  const { stripe } = sandbox;
  const { secret, ...endpoint } = await stripe.webhookEndpoints.create({
    url: "http://127.0.0.1:9/",
    enabled_events: ["charge.refunded"],
  });
  expect(secret).toMatch(/^whsec_/);
  expect(await stripe.webhookEndpoints.retrieve(endpoint.id)).not.toHaveProperty("secret");
  const customer = await stripe.customers.create({});
  const method = await stripe.paymentMethods.attach("pm_card_visa", { customer: customer.id });
  const event = (await stripe.events.list({ limit: 1 })).data[0];
  const balance = await stripe.balance.retrieve();
  for (const object of [endpoint, event ?? {}, balance, method]) expect(strangeKeys(object)).toEqual([]);
});
