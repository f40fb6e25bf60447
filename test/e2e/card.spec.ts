import { expect, test, type Page } from "@playwright/test";
import { signIn } from "./people";
import { takePictures } from "./picture";

const DECLINED = "4000000000009995";
const ASKS_THE_BANK = "4000002500003155";

test("finance adds funds by card: declined, then confirmed with the bank, then in the balance once", async ({
  page,
}) => {
  await signIn(page, "fay@acme.example");
  await page.goto("/billing");
  const before = await available(page);
  await page.getByRole("button", { name: "Add funds" }).click();
  await page.getByRole("button", { name: "$100", exact: true }).click();
  await page.screenshot({ path: "test-results/pictures/add-funds.png" });
  await page.getByRole("button", { name: "Pay $100.00" }).click();
  await expect(page.getByText("$100.00")).toBeVisible();
  await payWith(page, DECLINED);
  await expect(page.getByText(/insufficient funds/)).toBeVisible();
  await payWith(page, ASKS_THE_BANK);
  await expect(page).toHaveURL(/\/c\/3ds\//);
  await page.getByRole("button", { name: /complete/i }).click();
  await expect(page.getByRole("heading", { name: "$100.00 is in your balance" })).toBeVisible();
  await page.getByRole("link", { name: "To Billing" }).click();
  await expect.poll(() => available(page)).toBe(before + 100_000_000);
  await expect(page.getByRole("table", { name: "Top-ups, wires, refunds and disputes" })).toContainText("paid");
  await takePictures(page, "billing-funded");
});

test("finance sends unspent money back to its card", async ({ page }) => {
  await signIn(page, "fay@acme.example");
  await page.goto("/billing");
  const before = await available(page);
  await page.getByRole("button", { name: "Refund" }).click();
  await page.getByLabel("Amount").fill("30");
  await page.getByLabel("Reason").fill("Not needed this month");
  await page.getByRole("button", { name: "Refund $30.00" }).click();
  await expect.poll(() => available(page)).toBe(before - 30_000_000);
  await expect(page.getByRole("row", { name: /Refund/ }).first()).toContainText("succeeded");
});

test("a provider sets payouts up on Stripe's page and withdraws to its bank", async ({ page }) => {
  await signIn(page, "nora@northwind.example");
  await page.goto("/earnings");
  await page.getByRole("button", { name: "Set up payouts" }).click();
  await page.getByRole("button", { name: /complete/i }).click();
  await expect(page.getByText(/can be withdrawn now/)).toBeVisible({ timeout: 30_000 });
  await takePictures(page, "earnings-ready");
});

test("the operator sees books, Stripe and chain agree; nobody else may look", async ({ page }) => {
  await signIn(page, "ops@trainyard.example");
  await page.getByRole("link", { name: "Tie-out" }).click();
  await expect(page.getByRole("heading", { name: "Everything agrees" })).toBeVisible({ timeout: 45_000 });
  await takePictures(page, "tie-out");
});

async function payWith(page: Page, number: string): Promise<void> {
  await page.getByLabel(/number/i).fill(number);
  await page.getByRole("button", { name: /^pay/i }).click();
}

/** What the page says is available, in micro-dollars. */
async function available(page: Page): Promise<number> {
  const fact = page.locator("main div:has(> dt)", { has: page.getByText("Available", { exact: true }) });
  return Number(await fact.locator("data").first().getAttribute("value"));
}
