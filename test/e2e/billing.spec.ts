import { readFileSync } from "node:fs";
import AxeBuilder from "@axe-core/playwright";
import { expect, test, type Download, type Page } from "@playwright/test";
import { readPdf, textOf } from "../../src/modules/billing/testing/read-pdf";
import { signIn } from "./people";
import { takePictures } from "./picture";

/** What the first test's invoice says, for the second to compare with. */
let invoiced = "";

test("finance fills in the tax profile, invoices what was used, and reads all of it in the PDF", async ({ page }) => {
  test.setTimeout(420_000); // the sample job has to end first
  await signIn(page, "ada@acme.example");
  await page.locator('main a[href^="/jobs/job_"]').last().click();
  await expect(page.getByRole("link", { name: "Download" }).first()).toBeVisible({ timeout: 300_000 });
  await page.context().clearCookies();
  await signIn(page, "fay@acme.example");

  await page.goto("/billing/documents");
  await expect(page.getByRole("link", { name: /^Download RCP-/ }).first()).toBeVisible({ timeout: 30_000 });
  await page.getByRole("button", { name: "Invoice what was used so far" }).click();
  await expect(page.getByRole("alert").getByText("there is no tax profile yet")).toBeVisible();
  await page.getByRole("link", { name: "Fill in the tax profile" }).click();

  await expect(page.getByText("No version yet")).toBeVisible();
  await page.getByLabel("Legal name").fill("Acme KI GmbH");
  await page.getByLabel("Country").selectOption("DE");
  await page.getByLabel("Address").fill("Hafenstraße 12\n20457 Hamburg");
  await page.getByLabel("Billing e-mails").fill("ap@acme.example");
  await page.getByLabel("VAT or tax id").fill("IE1234567T");
  await page.getByLabel("Default purchase order").fill("PO-2026-118");
  await page.getByRole("button", { name: "Save as a new version" }).click();
  await expect(page.getByText("A VAT id of this country begins with DE")).toBeVisible();
  await page.getByLabel("VAT or tax id").fill("DE 123 456 789");
  await page.getByRole("button", { name: "Save as a new version" }).click();
  await expect(page.getByRole("heading", { name: "Version 1" })).toBeVisible();
  await inspect(page, "billing-tax-profile");

  await page.goto("/billing/documents");
  await page.getByRole("button", { name: "Invoice what was used so far" }).click();
  const invoice = page.getByRole("link", { name: "Download INV-2026-000001" });
  await expect(invoice).toBeVisible();
  const pdf = await downloaded(page.waitForEvent("download"), () => invoice.click());
  const text = textOf(await readPdf(pdf.bytes));
  for (const said of [
    "Tax invoice",
    "INV-2026-000001",
    "Acme KI GmbH",
    "Hafenstraße 12",
    "Reverse charge",
    "PO-2026-118",
    "Verified training segments",
    "Paid from balance",
  ])
    expect(text).toContain(said);
  invoiced = text;
  await inspect(page, "billing-documents");
});

test("spend goes down to a segment's proof, and an export adds up to the invoice", async ({ page }) => {
  test.setTimeout(300_000);
  await signIn(page, "fay@acme.example");
  const total = /Total {2}\$([\d.]+)/.exec(invoiced)?.[1] ?? "none";

  await page.goto("/billing/spend");
  await expect(page.getByRole("heading", { name: "Spend", exact: true })).toBeVisible();
  const spent = page.locator("dd data").first();
  await expect(spent).toBeVisible();
  const exact = BigInt((await spent.getAttribute("value")) ?? "0");
  expect(invoiced).toContain(`Exact total  ${exact / 1_000_000n}.${(exact % 1_000_000n).toString().padStart(6, "0")}`);
  await inspect(page, "billing-spend");
  await page.getByRole("table", { name: "Spend by job" }).getByRole("button").first().click();
  await page.getByRole("table", { name: "Segments" }).getByRole("link").first().click();
  await expect(page.getByRole("dialog")).toBeVisible();

  await page.goto("/billing/exports");
  await page.getByRole("radio", { name: /Xero bills/ }).click();
  const bills = await downloaded(page.waitForEvent("download"), () =>
    page.getByRole("link", { name: "Download Xero bills CSV" }).click(),
  );
  expect(bills.name).toMatch(/^trainyard-\d{4}-\d\d-01-\d{4}-\d\d-\d\d-usd-xero-bills\.csv$/);
  const rows = new TextDecoder().decode(bills.bytes).trimEnd().split("\r\n").slice(1);
  const cents = rows.map((row) => BigInt(/,1,(\d+\.\d\d),429,/.exec(row)?.[1]?.replace(".", "") ?? "0"));
  expect(cents.reduce((sum, next) => sum + next, 0n)).toBe(BigInt(total.replace(".", "")));
  await inspect(page, "billing-exports");
});

test("an engineer sees what was spent, and is kept from documents by page and by address", async ({ page }) => {
  test.setTimeout(240_000);
  await signIn(page, "eli@acme.example");
  await page.goto("/billing/spend");
  await expect(page.getByRole("table", { name: "Spend by job" })).toBeVisible({ timeout: 120_000 });
  await expect(page.getByRole("link", { name: "Documents" })).toHaveCount(0);
  await page.goto("/billing/documents");
  await expect(page.getByText("This page is for finance")).toBeVisible();
  const answer = await page.request.get("/api/billing/exports/journal-csv?from=2026-01-01&to=2026-12-31&asset=USD");
  expect(answer.status()).toBe(403);
  const wrong = await page.request.get("/api/billing/exports/nonsense?from=2026-01-01&to=2026-12-31&asset=USD");
  expect(wrong.status()).toBe(400);
});

async function downloaded(
  event: Promise<Download>,
  act: () => Promise<void>,
): Promise<{ bytes: Uint8Array; name: string }> {
  await act();
  const download = await event;
  return { bytes: new Uint8Array(readFileSync(await download.path())), name: download.suggestedFilename() };
}

/** Pictures and the accessibility rules in both themes. */
async function inspect(page: Page, name: string): Promise<void> {
  await takePictures(page, name);
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    const { violations } = await new AxeBuilder({ page }).analyze();
    const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
    expect(serious.map(({ id, nodes }) => `${name} ${colorScheme} ${id}: ${nodes[0]?.html ?? ""}`)).toEqual([]);
  }
  await page.setViewportSize({ width: 1280, height: 900 });
}
