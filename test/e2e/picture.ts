import { expect, type Page } from "@playwright/test";

const SIZES = { wide: { width: 1280, height: 900 }, narrow: { width: 390, height: 844 } };

/** Takes a picture of the page as it stands, in both themes and sizes; refuses one that scrolls sideways. */
export async function takePictures(page: Page, name: string): Promise<void> {
  for (const colorScheme of ["dark", "light"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    for (const [size, viewport] of Object.entries(SIZES).reverse()) {
      await page.setViewportSize(viewport);
      await page.screenshot({ path: `test-results/pictures/${name}-${colorScheme}-${size}.png`, fullPage: true });
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(overflow, `${name} is wider than a ${size} screen`).toBeLessThanOrEqual(0);
    }
  }
}
