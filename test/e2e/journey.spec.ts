import { expect, test, type Page } from "@playwright/test";
import { checkReceipt, Receipt } from "@trainyard/protocol";
import { accuracyOnDigits, download, isSigned, safetensorsHeader, sha256 } from "./deliverables";
import { signIn } from "./people";
import { takePictures } from "./picture";

const SEGMENTS = 12;
const STEPS = 60;
const JOB = "Journey digits";

test("an engineer posts a job in under a minute, sees it train, and takes away a model as good as the page says", async ({
  page,
}) => {
  test.setTimeout(240_000);
  await signIn(page, "eli@acme.example");
  await expect(page.getByText("Sample: digit classifier, dense").first()).toBeVisible();
  await test.step("posts", () => post(page), { timeout: 60_000 });
  await test.step("sees it train", () => watch(page));
  await test.step("sees where the money went", () => checkMoney(page));
  await test.step("takes the files", () => checkFiles(page));
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Jobs", exact: true }).click();
  await expect(page.getByRole("row", { name: JOB })).toContainText("Completed");
});

async function post(page: Page): Promise<void> {
  await page.getByRole("main").getByRole("link", { name: "New job" }).click();
  await page.getByRole("radio", { name: /^Digit classifier, dense/ }).check();
  await page.getByLabel("Steps in all").fill(String(SEGMENTS * STEPS));
  await page.getByLabel("Segment length").fill(String(STEPS));
  await page.getByLabel("Name of the job").fill(JOB);
  await page.getByRole("button", { name: /^Post, hold \$/ }).click();
  await expect(page.getByRole("heading", { name: JOB })).toBeVisible();
}

/** The page follows by itself: it is never loaded again. */
async function watch(page: Page): Promise<void> {
  const curve = page.getByRole("img", { name: /^Loss curve/ });
  await expect(page.getByText("Running", { exact: true })).toBeVisible({ timeout: 120_000 });
  await expect(page.getByText(/^[4-9] of 12 verified/)).toBeVisible({ timeout: 120_000 });
  await page.screenshot({ path: "test-results/pictures/job.png" });
  await expect(curve).toHaveAccessibleName(/Loss curve: [\d.]+ at step [\d,]+ of 720, verified to step/);
  await expect(curve.locator("canvas")).toBeVisible();
  await takePictures(page, "job-training");
  await page.setViewportSize({ width: 1280, height: 900 });
  await expect(page.getByText("Completed", { exact: true })).toBeVisible({ timeout: 120_000 });
  await expect(page.getByText(`${SEGMENTS} of ${SEGMENTS} verified`)).toBeVisible();
  await expect(curve).toHaveAccessibleName(/verified to step 720\. Held-out accuracy/);
  await expect(page.getByRole("list", { name: "Segments" }).getByRole("button")).toHaveCount(SEGMENTS);
  await page.getByRole("tab", { name: /Machines/ }).click();
  await expect(
    page
      .getByRole("tabpanel")
      .getByText(/northwind-1|fabrikam-1/)
      .first(),
  ).toBeVisible();
  await page.getByRole("tab", { name: /Log/ }).click();
  await expect(page.getByRole("tabpanel").locator("li").first()).toBeVisible();
}

/** What was held is either paid for verified work or back again. */
async function checkMoney(page: Page): Promise<void> {
  const [posted, held, returned, limit] = await Promise.all(
    ["Posted, for verified work", "Held", "Returned", "Limit"].map((name) => amountOf(page, name)),
  );
  expect(posted).toBeGreaterThan(0);
  expect(held).toBe(0);
  expect((posted ?? 0) + (returned ?? 0)).toBe(limit);
}

async function checkFiles(page: Page): Promise<void> {
  const shown = await page.locator("header div:has(> dt)", { hasText: "Held-out accuracy" }).locator("dd").innerText();
  const header = safetensorsHeader(await download(page, "checkpoint"));
  expect(header["layer0.weight"]).toMatchObject({ dtype: "F32" });
  const model = await download(page, "model");
  const receipt = Receipt.parse(JSON.parse((await download(page, "receipt")).toString("utf8")));
  expect(receipt.segments).toHaveLength(SEGMENTS);
  expect(await checkReceipt(receipt, isSigned)).toEqual([]);
  expect(receipt.trainedModel).toBe(sha256(model));
  expect(Number(receipt.totalPaidMicros)).toBe(await amountOf(page, "Posted, for verified work"));
  expect(`${((await accuracyOnDigits(model)) * 100).toFixed(2)}`).toBe(shown.replace(/\s*%/, ""));
}

/** An amount of the money card, in micro-dollars. */
async function amountOf(page: Page, name: string): Promise<number> {
  const row = page.locator("div:has(> dt)", { has: page.getByText(name, { exact: true }) });
  return Number(await row.locator("data").first().getAttribute("value"));
}
