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

const authorise = (payment_method = "pm_card_bypassPending") =>
  bench.stripe.paymentIntents.create({
    amount: 10_000,
    currency: "usd",
    payment_method,
    allowed_payment_method_types: ["card"],
    capture_method: "manual",
    confirm: true,
    expand: ["latest_charge"],
  });
const available = async () => (await bench.stripe.balance.retrieve()).available[0]?.amount;
const types = async () => (await bench.stripe.events.list({ limit: 20 })).data.map(({ type }) => type);

describe("an amount that a card keeps for later", () => {
  test("is authorised and not in the balance, until a part is captured and the rest let go", async () => {
    const intent = await authorise();
    const charge = intent.latest_charge as Stripe.Charge;
    expect(intent).toMatchObject({ status: "requires_capture", amount_capturable: 10_000, amount_received: 0 });
    expect(charge).toMatchObject({ captured: false, paid: true, balance_transaction: null });
    expect(charge.payment_method_details?.card?.capture_before).toBe(charge.created + 7 * 86_400);
    expect(await available()).toBe(0);
    await expect(bench.stripe.refunds.create({ charge: charge.id })).rejects.toMatchObject({
      code: "charge_not_refundable",
    });
    await expect(bench.stripe.paymentIntents.capture(intent.id, { amount_to_capture: 10_001 })).rejects.toMatchObject({
      code: "amount_too_large",
    });
    const captured = await bench.stripe.paymentIntents.capture(intent.id, { amount_to_capture: 6_000 });
    expect(captured).toMatchObject({ status: "succeeded", amount_received: 6_000, amount_capturable: 0 });
    expect(strangeKeys(captured)).toEqual([]);
    expect(await bench.stripe.charges.retrieve(charge.id)).toMatchObject({
      captured: true,
      amount_captured: 6_000,
      amount_refunded: 4_000,
    });
    expect(await available()).toBe(6_000 - 174 - 30);
    await expect(bench.stripe.paymentIntents.capture(intent.id)).rejects.toMatchObject({ statusCode: 400 });
    await expect(bench.stripe.refunds.create({ charge: charge.id, amount: 6_001 })).rejects.toMatchObject({
      statusCode: 400,
    });
    expect(await types()).toEqual(
      expect.arrayContaining([
        "payment_intent.amount_capturable_updated",
        "charge.captured",
        "payment_intent.succeeded",
      ]),
    );
  });

  test("is let go when the intent is canceled", async () => {
    const { id } = await authorise();
    expect(await bench.stripe.paymentIntents.cancel(id)).toMatchObject({ status: "canceled", amount_capturable: 0 });
    await expect(bench.stripe.paymentIntents.capture(id)).rejects.toMatchObject({ statusCode: 400 });
    expect(await available()).toBe(0);
  });

  test("is let go by itself after seven days, and not a day earlier", async () => {
    const { id } = await authorise();
    await bench.control("POST", "/_clock", { advanceSeconds: 6 * 86_400 });
    expect(await bench.stripe.paymentIntents.retrieve(id)).toMatchObject({ status: "requires_capture" });
    await bench.control("POST", "/_clock", { advanceSeconds: 86_401 });
    expect(await bench.stripe.paymentIntents.retrieve(id)).toMatchObject({
      status: "canceled",
      cancellation_reason: "automatic",
    });
    expect(await types()).toEqual(expect.arrayContaining(["charge.expired", "payment_intent.canceled"]));
  });

  test("a captured amount is not let go later", async () => {
    const { id } = await authorise();
    await bench.stripe.paymentIntents.capture(id);
    await bench.control("POST", "/_clock", { advanceSeconds: 8 * 86_400 });
    expect(await bench.stripe.paymentIntents.retrieve(id)).toMatchObject({ status: "succeeded" });
    expect(await available()).toBe(9_680);
  });
});
