import AxeBuilder from "@axe-core/playwright";
import { expect, test, type Page } from "@playwright/test";
import { signIn } from "./people";
import { takePictures } from "./picture";

test("the landing page and the door have no serious barrier in light and dark", async ({ page }) => {
  await inspect(page, "/", "landing", "Why it can be trusted");
  await inspect(page, "/sign-in", "sign-in", "This is the sandbox");
});

test("a buyer's pages have none either", async ({ page }) => {
  await signIn(page, "ada@acme.example");
  await inspect(page, "/jobs", "jobs", "Sample: digit classifier");
  const href = await page.locator('main a[href^="/jobs/job_"]').last().getAttribute("href");
  await inspect(page, "/jobs/new", "jobs-new", "can run it");
  await inspect(page, "/billing", "billing", "Funds added");
  await inspect(page, "/organisation", "organisation", "Eli Brandt");
  await inspect(page, href ?? "", "job-complete", "Download");
});

test("a provider's pages have none either", async ({ page }) => {
  await signIn(page, "nora@northwind.example");
  await inspect(page, "/machines", "machines", "Speed in native jobs");
  await inspect(page, "/earnings", "earnings", "Balance after");
});

test("a page that does not exist says so and leads back", async ({ page }) => {
  const response = await page.goto("/no-such-page");
  expect(response?.status()).toBe(404);
  await expect(page.getByRole("link").first()).toBeVisible();
});

/** Waits for the words that show a page has its data; then a picture and the accessibility rules in both themes. */
async function inspect(page: Page, path: string, name: string, words: string): Promise<void> {
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.goto(path);
  await expect(page.locator("main").getByText(words).first()).toBeVisible({ timeout: 60_000 });
  await takePictures(page, name);
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    const { violations } = await new AxeBuilder({ page }).analyze();
    const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
    expect(serious.map(({ id, nodes }) => `${path} ${colorScheme} ${id}: ${nodes[0]?.html ?? ""}`)).toEqual([]);
  }
}
