import { readFileSync } from "node:fs";
import { expect, test, type Browser, type Page } from "@playwright/test";
import { readPdf, textOf } from "../../src/modules/billing/testing/read-pdf";
import { installWallet } from "./browser-wallet";
import { signIn } from "./people";
import { takePictures } from "./picture";

/** Goes on where spending.spec.ts ended: with its rules, its project and its purchase order, and the job that a card paid. */
const BUYER_WALLET = 5;
const PROVIDER_WALLET = 6;
const JOB = "Digits, paid in USDC";

test.describe.configure({ mode: "serial", timeout: 300_000 });

test("an engineer asks for a job above the limit that USDC is to pay", async ({ browser }) => {
  const engineer = await person(browser, "eli@acme.example", BUYER_WALLET);
  await engineer.goto("/jobs/new");
  await engineer.getByRole("radio", { name: /^Digit classifier, dense/ }).check();
  await expect(engineer.getByText("can run it")).toBeVisible();
  await engineer.getByLabel("Steps in all").fill("234");
  await engineer.getByLabel("Name of the job").fill(JOB);
  await engineer.getByLabel("Project", { exact: true }).selectOption("Vision");
  await engineer.getByLabel("Purchase order", { exact: true }).selectOption({ index: 1 });
  await engineer.getByLabel("Tag: team").fill("vision");
  await engineer.getByRole("button", { name: "USDC", exact: true }).click();
  await engineer.getByLabel(/^Limit/).fill("5.50");
  await engineer.getByRole("button", { name: "Post, ask for 5.50 USDC" }).click();
  await expect(engineer.getByRole("heading", { name: JOB })).toBeVisible();
  await expect(engineer.getByText("Waiting for approval").first()).toBeVisible();
  await expect(engineer.getByRole("button", { name: /^Pay with/ })).toHaveCount(0);
});

test("finance approves it, the engineer's wallet pays it, and it trains", async ({ browser }) => {
  const finance = await person(browser, "fay@acme.example", BUYER_WALLET);
  await finance.goto("/spending");
  const request = finance.getByRole("listitem").filter({ hasText: JOB }).first();
  await request.getByRole("button", { name: "Approve" }).click();
  await finance.getByRole("button", { name: "Approve 5.50 USDC" }).click();
  await expect(finance.getByText("Nothing waits for approval")).toBeVisible();

  const engineer = await person(browser, "eli@acme.example", BUYER_WALLET);
  await engineer.getByRole("link", { name: JOB }).click();
  await takePictures(engineer, "usdc-to-pay");
  await engineer.getByRole("button", { name: "Pay with Test wallet" }).click();
  await expect(engineer.getByText("Paid", { exact: true })).toBeVisible({ timeout: 60_000 });
  await expect(engineer.getByText("Completed", { exact: true }).first()).toBeVisible({ timeout: 180_000 });
  await expect(engineer.locator("div:has(> dt)", { hasText: "Back to the payer" }).locator("data")).not.toHaveAttribute(
    "value",
    "0",
    { timeout: 60_000 },
  );
  await takePictures(engineer, "usdc-job");
});

test("one invoice shows the segments of both rails, the tax and the purchase order", async ({ browser }) => {
  const finance = await person(browser, "fay@acme.example", BUYER_WALLET);
  await finance.goto("/billing/documents");
  await finance.getByRole("button", { name: "Invoice what was used so far" }).click();
  const invoice = finance.getByRole("link", { name: /^Download INV-/ }).first();
  await expect(finance.getByRole("link", { name: "Download INV-2026-000002" })).toBeVisible();
  const waiting = finance.waitForEvent("download");
  await invoice.click();
  const text = textOf(await readPdf(new Uint8Array(readFileSync(await (await waiting).path()))));
  for (const said of [
    "INV-2026-000002",
    "PO-4711",
    JOB,
    "Digits for the spring report",
    "Verified training segments",
    "Reverse charge",
    "Paid from balance",
    "Paid from USDC escrow",
  ])
    expect(text).toContain(said);
});

test("its provider withdraws what it earned by both rails", async ({ browser }) => {
  const provider = await whoEarned(browser);
  await provider.getByRole("button", { name: "Pay earnings to Test wallet" }).click();
  await provider.getByRole("button", { name: "Withdraw USDC" }).click();
  await expect(provider.getByRole("table", { name: "USDC withdrawals" })).toContainText("Paid", { timeout: 60_000 });

  const setUp = provider.getByRole("button", { name: "Set up payouts" });
  const withdraw = provider.getByRole("button", { name: "Withdraw", exact: true });
  await expect(setUp.or(withdraw)).toBeVisible();
  if (await setUp.isVisible()) {
    await setUp.click();
    await provider.getByRole("button", { name: /complete/i }).click();
  }
  await expect(withdraw).toBeEnabled({ timeout: 30_000 });
  await withdraw.click();
  await provider.getByRole("button", { name: /^Withdraw \$/ }).click();
  const payouts = provider.getByRole("table", { name: "Payouts" });
  await expect(payouts).toContainText(/At Stripe|On its way|Paid/, { timeout: 60_000 });
  await takePictures(provider, "earnings-both-rails");
});

test("books, Stripe and chain agree when all of it is done", async ({ page }) => {
  await signIn(page, "ops@trainyard.example");
  await page.getByRole("link", { name: "Tie-out" }).click();
  await expect(page.getByRole("heading", { name: "Everything agrees" })).toBeVisible({ timeout: 90_000 });
  await takePictures(page, "tie-out-all-rails");
});

/** The provider that the market chose: the one with USDC earnings. */
async function whoEarned(browser: Browser): Promise<Page> {
  for (const email of ["nora@northwind.example", "max@fabrikam.example"]) {
    const page = await person(browser, email, PROVIDER_WALLET);
    await page.goto("/earnings");
    const earned = page
      .getByText(/earned and not withdrawn/)
      .locator("data")
      .first();
    await expect(earned).toBeVisible({ timeout: 30_000 });
    if ((await earned.getAttribute("value")) !== "0") return page;
    await page.context().close();
  }
  throw new Error("nobody earned USDC");
}

async function person(browser: Browser, email: string, addressIndex: number): Promise<Page> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await installWallet(page, addressIndex);
  await signIn(page, email);
  return page;
}
