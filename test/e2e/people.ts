import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, type BrowserContext, type Page } from "@playwright/test";

type Cookies = Awaited<ReturnType<BrowserContext["cookies"]>>;
const sessions = new Map<string, Cookies>();

/** Opens the jobs as a person. The first time by the link that was sent to them, later with the session it made. */
export async function signIn(page: Page, email: string): Promise<void> {
  const session = sessions.get(email);
  if (session === undefined) await signInByLink(page, email);
  else {
    await page.context().addCookies(session);
    await page.goto("/jobs");
  }
  await expect(page.getByRole("heading", { name: "Jobs", exact: true })).toBeVisible();
  sessions.set(email, await page.context().cookies());
}

/** Signs a person in the way people do: writes the address on the page and opens the link that was sent to it. */
export async function signInByLink(page: Page, email: string): Promise<void> {
  await page.goto("/sign-in");
  const before = linksFor(email).length;
  await page.getByLabel("E-mail").fill(email);
  await page.getByRole("button", { name: "Send me a sign-in link" }).click();
  await page.goto(await nextLink(page, email, before));
}

/** The link that arrives after the first `before` ones. */
export async function nextLink(page: Page, email: string, before: number): Promise<string> {
  await expect(page.getByRole("heading", { name: "Your link is in the terminal" })).toBeVisible();
  await expect.poll(() => linksFor(email).length).toBe(before + 1);
  return linksFor(email).at(-1) ?? "";
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
