import { expect, test } from "@playwright/test";
import { linksFor, nextLink, signInByLink } from "./people";

const STALE = "This sign-in link was used already or is older than an hour. Ask for a new one.";

test("a page behind the door asks for a sign-in and comes back to itself", async ({ page }) => {
  await page.goto("/billing");
  await expect(page.getByRole("heading", { name: "Sign in", exact: true })).toBeVisible();
  const before = linksFor("max@fabrikam.example").length;
  await page.getByRole("button", { name: "max@fabrikam.example" }).click();
  await page.goto(await nextLink(page, "max@fabrikam.example", before));
  await expect(page.getByRole("heading", { name: "Billing" })).toBeVisible();
});

test("a sign-in link works once", async ({ page, context }) => {
  await signInByLink(page, "finn@northwind.example");
  await expect(page.getByRole("heading", { name: "Jobs", exact: true })).toBeVisible();
  await context.clearCookies();
  await page.goto(linksFor("finn@northwind.example").at(-1) ?? "");
  await expect(page.getByText(STALE)).toBeVisible();
  await page.goto("/jobs");
  await expect(page.getByRole("heading", { name: "Sign in", exact: true })).toBeVisible();
});

test("a forged sign-in link opens nothing", async ({ page }) => {
  await signInByLink(page, "eva@fabrikam.example");
  await expect(page.getByRole("heading", { name: "Jobs", exact: true })).toBeVisible();
  const link = new URL(linksFor("eva@fabrikam.example").at(-1) ?? "");
  await page.context().clearCookies();
  link.searchParams.set("token", "0".repeat(64));
  await page.goto(link.href);
  await expect(page.getByText(STALE)).toBeVisible();
  await page.goto("/jobs");
  await expect(page.getByRole("heading", { name: "Sign in", exact: true })).toBeVisible();
});
