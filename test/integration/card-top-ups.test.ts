import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readBalance } from "@/modules/ledger";
import { readTopUp, startTopUp, type TopUpView } from "@/modules/payments";
import { StripeYard } from "../support/stripe-yard";

let yard: StripeYard;
beforeAll(async () => {
  yard = await StripeYard.open();
});
afterAll(() => yard.close());

let keys = 0;
const start = (amountMicros = 50_000_000n, method: "card" | "ach" = "card"): Promise<TopUpView> =>
  startTopUp(yard.as("buyer"), yard.rails, { amountMicros, method, idempotencyKey: `top-up-${keys++}` });
const available = async (): Promise<bigint> => (await readBalance(yard.as("buyer"))).availableMicros;

describe("a card top-up", () => {
  test("credits what was paid, once, after the payer has paid the hosted page", async () => {
    const topUp = await start();
    expect(topUp).toMatchObject({ state: "open", failure: null });
    const before = await available();
    expect((await yard.submit(topUp.url ?? "", { method: "card", number: "4242424242424242" })).status).toBe(303);
    await yard.delivered();
    await yard.work();
    expect(await available()).toBe(before + 50_000_000n);
    expect(await readTopUp(yard.as("buyer"), yard.rails, { topUpId: topUp.id })).toMatchObject({
      state: "paid",
      url: null,
    });
    expect(await yard.booksAreRight()).toBe(true);
  });
});
