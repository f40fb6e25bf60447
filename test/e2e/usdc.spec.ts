import { expect, test, type Browser, type Page } from "@playwright/test";
import { installWallet } from "./browser-wallet";
import { signIn } from "./people";
import { takePictures } from "./picture";

const BUYER_WALLET = 5;
const PROVIDER_WALLET = 6;

test("a buyer pays a job with USDC from a browser wallet, and its provider withdraws what it earned", async ({
  browser,
}) => {
  test.setTimeout(300_000);
  const buyer = await person(browser, "ada@acme.example", BUYER_WALLET);
  await buyer.goto("/jobs/new");
  await buyer.getByRole("button", { name: "Pay with USDC" }).click();
  const post = buyer.getByRole("button", { name: /^Post, pay .* in USDC$/ });
  await expect(post).toBeEnabled({ timeout: 60_000 });
  await post.click();
  await expect(buyer).toHaveURL(/\/jobs\/job_/);
  await buyer.getByRole("button", { name: "Pay with Test wallet" }).click();
  await expect(buyer.getByText("Paid", { exact: true })).toBeVisible({ timeout: 60_000 });
  await takePictures(buyer, "usdc-job");
  await expect(buyer.getByText("Completed").first()).toBeVisible({ timeout: 180_000 });

  const provider = await whoEarned(browser);
  await provider.getByRole("button", { name: "Pay earnings to Test wallet" }).click();
  await provider.getByRole("button", { name: "Withdraw USDC" }).click();
  const withdrawals = provider.getByRole("table", { name: "USDC withdrawals" });
  await expect(withdrawals).toContainText("Paid", { timeout: 60_000 });
  await takePictures(provider, "usdc-earnings");
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
