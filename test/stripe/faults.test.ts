import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type Stripe from "stripe";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Receiver } from "./receiver";
import { startReceiver } from "./receiver";
import type { Bench } from "./support";
import { startBench, until } from "./support";

let bench: Bench;
let receiver: Receiver;
let endpoint: Stripe.WebhookEndpoint;
beforeEach(async () => {
  bench = await startBench();
  receiver = await startReceiver();
  endpoint = await bench.stripe.webhookEndpoints.create({ url: receiver.url, enabled_events: ["*"] });
});
afterEach(async () => {
  await receiver.close();
  await bench.close();
});

function verified(secret = endpoint.secret ?? ""): Stripe.Event[] {
  return receiver.received.map(({ body, signature }) => bench.stripe.webhooks.constructEvent(body, signature, secret));
}

describe("a request that goes wrong on purpose", () => {
  test("a dropped answer leaves the object, and the same key finds it", async () => {
    await bench.control("POST", "/_chaos", { dropResponses: 2 });
    const create = () => bench.stripe.customers.create({ name: "Lost" }, { idempotencyKey: "drop-1" });
    await expect(create()).rejects.toMatchObject({ type: "StripeConnectionError" });
    const again = await create();
    expect((await bench.stripe.customers.list()).data.map(({ id }) => id)).toEqual([again.id]);
  });

  test("a 500 is saved under its key and answered again; a day later the key is new", async () => {
    await bench.control("POST", "/_chaos", { serverErrors: 1 });
    const create = () => bench.stripe.customers.create({ name: "Broken" }, { idempotencyKey: "broken-1" });
    await expect(create()).rejects.toMatchObject({ statusCode: 500 });
    await expect(create()).rejects.toMatchObject({ statusCode: 500 });
    await bench.control("POST", "/_clock", { advanceSeconds: 86_401 });
    expect(await create()).toMatchObject({ name: "Broken" });
  });

  test("a rate limit turns requests away, says how long to wait, and uses up no key", async () => {
    await bench.control("POST", "/_chaos", { rateLimits: 2, retryAfterSeconds: 7 });
    const create = () => bench.stripe.customers.create({ name: "Often" }, { idempotencyKey: "often-1" });
    await expect(create()).rejects.toMatchObject({
      type: "StripeRateLimitError",
      statusCode: 429,
      code: "rate_limit",
      headers: { "retry-after": "7" },
    });
    await expect(bench.stripe.customers.list()).rejects.toMatchObject({ statusCode: 429 });
    expect(await create()).toMatchObject({ name: "Often" });
  });

  test("a parameter that is refused does not use up its key", async () => {
    const options = { idempotencyKey: "typo-1" };
    await expect(
      bench.stripe.customers.create({ nmae: "x" } as Stripe.CustomerCreateParams, options),
    ).rejects.toMatchObject({ code: "parameter_unknown" });
    expect(await bench.stripe.customers.create({ name: "x" }, options)).toMatchObject({ name: "x" });
  });

  test("a second request is refused while the first with its key is still under way", async () => {
    await bench.control("POST", "/_chaos", { delayMs: 300 });
    const create = () => bench.stripe.customers.create({ name: "Both" }, { idempotencyKey: "both-1" });
    const results = await Promise.allSettled([create(), create()]);
    expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect((await bench.stripe.customers.list()).data).toHaveLength(1);
  });
});

describe("webhooks", () => {
  test("are signed, and a changed byte is noticed", async () => {
    await bench.stripe.customers.create({ name: "Signed" });
    await until(() => receiver.received.length === 1);
    expect(verified()).toMatchObject([{ type: "customer.created", data: { object: { name: "Signed" } } }]);
    const { body, signature } = receiver.received[0] ?? { body: "", signature: "" };
    const changed = body.replace("Signed", "Forged");
    expect(() => bench.stripe.webhooks.constructEvent(changed, signature, endpoint.secret ?? "")).toThrow();
  });

  test("come again after a failure until they are answered", async () => {
    receiver.answer(500);
    await bench.stripe.customers.create({ name: "Stubborn" });
    await until(() => receiver.received.length === 1);
    receiver.answer(200);
    await bench.control("POST", "/_clock", { advanceSeconds: 2 });
    await until(() => receiver.received.length === 2);
    expect(new Set(verified().map(({ id }) => id)).size).toBe(1);
  });

  test("are signed with both secrets while one is replaced", async () => {
    const { secret } = await bench.control<{ secret: string }>("POST", "/_roll_secret", { endpoint: endpoint.id });
    await bench.stripe.customers.create({ name: "Rolled" });
    await until(() => receiver.received.length === 1);
    expect(receiver.received[0]?.signature.match(/v1=/g)).toHaveLength(2);
    expect([verified(), verified(secret)]).toMatchObject([
      [{ type: "customer.created" }],
      [{ type: "customer.created" }],
    ]);
  });

  test("are duplicated, lost, late, strange and wrongly signed on request", async () => {
    await bench.control("POST", "/_chaos", { duplicate: 4, unknownEvents: 1 });
    await bench.stripe.customers.create({ name: "Many" });
    await until(() => receiver.received.length === 10);
    expect(new Set(verified().map(({ type }) => type as string))).toEqual(
      new Set(["customer.created", "sandbox.surprise.created"]),
    );

    receiver.received.length = 0;
    await bench.control("POST", "/_chaos", { duplicate: 0, lose: 1, lateSeconds: 172_800 });
    await bench.stripe.customers.create({ name: "Lost" });
    await bench.stripe.customers.create({ name: "Late" });
    expect((await bench.stripe.events.list({ delivery_success: false })).data).toHaveLength(2);
    await bench.control("POST", "/_clock", { advanceSeconds: 172_801 });
    await until(() => receiver.received.length === 1);
    expect(verified()).toMatchObject([{ data: { object: { name: "Late" } } }]);

    receiver.received.length = 0;
    await bench.control("DELETE", "/_chaos");
    await bench.control("POST", "/_chaos", { signWithOldSecret: true });
    await bench.stripe.customers.create({ name: "Wrong" });
    await until(() => receiver.received.length === 1);
    expect(() => verified()).toThrow();
  });

  test("leave in reverse order on request", async () => {
    await bench.control("POST", "/_chaos", { reorder: true });
    for (const name of ["a", "b", "c"]) await bench.stripe.customers.create({ name });
    await bench.control("POST", "/_clock", { advanceSeconds: 1 });
    await until(() => receiver.received.length === 3);
    const names = verified().map(({ data }) => (data.object as Stripe.Customer).name);
    expect(names).not.toEqual(["a", "b", "c"]);
  });
});

test("a restart with a state file loses nothing: objects, keys, balance and secrets are as before", async () => {
  const folder = mkdtempSync(join(tmpdir(), "stripe-sandbox-"));
  const file = join(folder, "state.json");
  const before = await startBench(file);
  const options = { idempotencyKey: "restart-1" };
  const payment = {
    amount: 1_000,
    currency: "usd",
    payment_method: "pm_card_bypassPending",
    allowed_payment_method_types: ["card" as const],
    confirm: true,
  };
  const { id } = await before.stripe.paymentIntents.create(payment, options);
  await before.close();
  const after = await startBench(file);
  expect((await after.stripe.paymentIntents.create(payment, options)).id).toBe(id);
  expect((await after.stripe.balance.retrieve()).available[0]?.amount).toBe(941);
  await after.close();
  rmSync(folder, { recursive: true });
});
