import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ENDPOINTS } from "@/server/stripe-sandbox/routes";
import { PARAMETERS_FILE, renderParameters } from "../../scripts/stripe/parameters.mjs";
import type { Bench } from "./support";
import { checkoutParameters, startBench } from "./support";

const root = fileURLToPath(new URL("../../", import.meta.url));
let bench: Bench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench.close());

const payment = { amount: 1_000, currency: "usd" };
const intent = (more: object) => bench.stripe.paymentIntents.create({ ...payment, ...more });

test("the sandbox's schemas are what the types of the stripe package say", { timeout: 120_000 }, () => {
  const isCommitted = readFileSync(join(root, PARAMETERS_FILE), "utf8") === renderParameters(root, ENDPOINTS);
  expect(isCommitted, "out of date: run `node scripts/stripe-parameters.mjs` and commit what it wrote").toBe(true);
});

test.each([
  ["at the top", { amout: 1 }, "amout"],
  [
    "deep inside",
    { payment_method_options: { card: { capture_metod: "manual" } } },
    "payment_method_options[card][capture_metod]",
  ],
  ["inside an item", { amount_details: { line_items: [{ nme: "x" }] } }, "amount_details[line_items][0][nme]"],
])("a parameter that Stripe does not know is refused by name %s", async (_, more, param) => {
  await expect(intent(more)).rejects.toMatchObject({ statusCode: 400, code: "parameter_unknown", param });
});

test.each([
  ["a parameter", { statement_descriptor: "ACME" }, "statement_descriptor"],
  [
    "a parameter inside another",
    { payment_method_options: { card: { request_three_d_secure: "any" } } },
    "payment_method_options[card]",
  ],
  ["a value", { allowed_payment_method_types: ["klarna"] }, "allowed_payment_method_types[0]=klarna"],
])("%s that Stripe knows and the sandbox does not is a loud 501", async (_, more, what) => {
  await expect(intent(more)).rejects.toMatchObject({
    statusCode: 501,
    code: "sandbox_not_implemented",
    message: expect.stringContaining(what) as string,
  });
});

test.each([
  ["a word for a number", { amount: "many" }, "amount", "parameter_invalid_integer"],
  ["a word for a truth", { confirm: "maybe" }, "confirm", "parameter_invalid"],
  ["a value that no enum has", { setup_future_usage: "sometimes" }, "setup_future_usage", "parameter_invalid"],
  ["a text for an object", { automatic_payment_methods: "yes" }, "automatic_payment_methods", "parameter_invalid"],
  [
    "an object without what it must have",
    { automatic_payment_methods: { allow_redirects: "never" } },
    "automatic_payment_methods[enabled]",
    "parameter_missing",
  ],
])("%s is refused by name", async (_, more, param, code) => {
  await expect(intent(more)).rejects.toMatchObject({ statusCode: 400, param, code });
});

test("numbers, truths, moments and lists are read from a form's texts, and lists are checked too", async () => {
  const session = await bench.stripe.checkout.sessions.create(checkoutParameters());
  expect(session.amount_total).toBe(5_000);
  expect(await intent({ confirm: false, metadata: { count: 3 } })).toMatchObject({ metadata: { count: "3" } });
  const list = (more: object) => bench.stripe.paymentIntents.list(more);
  expect((await list({ created: { gte: 0 }, limit: 1 })).data).toHaveLength(1);
  await expect(list({ statuus: "x" })).rejects.toMatchObject({ code: "parameter_unknown", param: "statuus" });
  await expect(list({ customer_account: "acct_1" })).rejects.toMatchObject({ statusCode: 501 });
});
