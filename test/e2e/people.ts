import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, type Page } from "@playwright/test";

/** Signs a demo person in the way people do: asks for a link on the page and opens the one that the terminal shows. */
export async function signIn(page: Page, email: string): Promise<void> {
  await page.goto("/sign-in");
  const before = linksFor(email).length;
  await page.getByRole("button", { name: email }).click();
  await expect(page.getByRole("heading", { name: "Your link is in the terminal" })).toBeVisible();
  await expect.poll(() => linksFor(email).length).toBe(before + 1);
  await page.goto(linksFor(email).at(-1) ?? "");
  await expect(page.getByRole("heading", { name: "Jobs" })).toBeVisible();
}

/** Every sign-in link that was sent to an address, oldest first. */
export function linksFor(email: string): string[] {
  const path = join(process.env["E2E_DATA_DIRECTORY"] ?? "", "mail", "outbox.ndjson");
  const lines = read(path).split("\n").filter(Boolean);
  return lines
    .map((line) => JSON.parse(line) as { to: string; link: string })
    .filter(({ to }) => to === email)
    .map(({ link }) => link);
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return ""; // nobody has asked for a link yet
  }
}
