import { expect, test, type Page } from "@playwright/test";
import { signIn } from "./people";

const DOLLARS = /^\+?\$[\d,]+\.\d+$/;

test("a provider sees its machine at work and what it earned", async ({ page }) => {
  await signIn(page, "nora@northwind.example");
  await open(page, "Machines");
  await expect(page.getByText("northwind-1").first()).toBeVisible();
  await expect(page.getByText("Speed in native jobs")).toBeVisible();
  await expect(page.getByText("fabrikam-1")).toHaveCount(0);
  await open(page, "Earnings");
  await expect(page.getByText("On the market")).toBeVisible();
  await expect(page.getByRole("table").locator("tbody tr").first()).toBeVisible();
  const earned = page.locator("div:has(> dt)", { hasText: "Earned" }).locator("dd").first();
  await expect(earned).toHaveText(DOLLARS);
  await expect(earned).not.toHaveText("$0.00");
});

test("finance sees what is available, held and posted, and every movement", async ({ page }) => {
  await signIn(page, "fay@acme.example");
  await open(page, "Billing");
  for (const name of ["Available", "Held", "Posted"]) {
    const fact = page.locator("main div:has(> dt)", { has: page.getByText(name, { exact: true }) });
    await expect(fact.locator("dd").first()).toHaveText(DOLLARS);
  }
  await expect(page.getByRole("table", { name: "Statement of the available balance" })).toContainText("$1,000.00");
  await expect(page.getByRole("table", { name: "Holds, job by job" }).locator("tbody tr").first()).toBeVisible();
});

test("a viewer sees every job and can post none, neither on the page nor around it", async ({ page }) => {
  await signIn(page, "vic@acme.example");
  await expect(page.getByText("Sample: digit classifier, dense").first()).toBeVisible();
  await expect(page.getByText("Your role is viewer; this needs owner, admin or engineer.")).toBeVisible();
  const jobs = await page.locator("tbody tr").count();
  await page.goto("/jobs/new");
  await expect(page.getByText("can run it")).toBeVisible();
  await expect(page.getByRole("button", { name: /^Post/ })).toBeDisabled();

  const status = await page.evaluate(async () => {
    const source = { kind: "template", template: "mnist-mlp" };
    const json = { source, name: "Not allowed", limitMicros: "1000000", idempotencyKey: crypto.randomUUID() };
    const body = JSON.stringify({ 0: { json, meta: { values: { limitMicros: ["bigint"] } } } });
    const headers = { "content-type": "application/json" };
    const response = await fetch("/api/trpc/settlement.post?batch=1", { method: "POST", headers, body });
    return response.status;
  });
  expect(status).toBe(403);
  await page.goto("/jobs");
  await expect(page.locator("tbody tr")).toHaveCount(jobs);
});

async function open(page: Page, title: string): Promise<void> {
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: title }).click();
  await expect(page.getByRole("heading", { name: title, level: 1 })).toBeVisible();
}
