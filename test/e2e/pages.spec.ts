import AxeBuilder from "@axe-core/playwright";
import { expect, test, type Page } from "@playwright/test";
import { signIn } from "./people";

const BUYER_PAGES = ["/jobs", "/jobs/new", "/billing", "/machines", "/earnings", "/organisation"];
const SIZES = { wide: { width: 1280, height: 900 }, narrow: { width: 390, height: 844 } };

/** Looks at a page in both themes and sizes: a picture of each, no sideways scrolling, no serious barrier. */
async function inspect(page: Page, path: string, name: string): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    for (const [size, viewport] of Object.entries(SIZES)) {
      await page.setViewportSize(viewport);
      await page.goto(path);
      await expect(page.locator("h1").first()).toBeVisible();
      await page.screenshot({ path: `test-results/pictures/${name}-${colorScheme}-${size}.png`, fullPage: true });
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(overflow, `${path} is wider than a ${size} screen`).toBeLessThanOrEqual(0);
    }
    const { violations } = await new AxeBuilder({ page }).analyze();
    const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
    expect(serious.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ""}`)).toEqual([]);
  }
}

test("pages before the door have no serious barrier, in light and dark, wide and narrow", async ({ page }) => {
  await inspect(page, "/", "landing");
  await inspect(page, "/sign-in", "sign-in");
});

test("pages behind it have none either", async ({ page }) => {
  await signIn(page, "ada@acme.example");
  for (const path of BUYER_PAGES) await inspect(page, path, path.slice(1).replaceAll("/", "-"));
  await page.goto("/jobs");
  const href = await page.locator('main a[href^="/jobs/job_"]').first().getAttribute("href");
  await inspect(page, href ?? "", "job");
});
