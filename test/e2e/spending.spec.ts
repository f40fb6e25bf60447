import AxeBuilder from "@axe-core/playwright";
import { expect, test, type Page } from "@playwright/test";
import { signIn, signInByLink } from "./people";
import { takePictures } from "./picture";

const ENGINEER = "eli@acme.example";
const FINANCE = "fay@acme.example";
const JOB = "Digits for the spring report";

test.describe.configure({ mode: "serial", timeout: 600_000 });

test("finance limits what one person may spend and gives a project a budget", async ({ page }) => {
  await signIn(page, FINANCE);
  await page.goto("/spending");
  await expect(page.getByText("Nothing waits for approval")).toBeVisible();
  await inspect(page, "spending-empty");
  await page.getByRole("button", { name: "Change the rules" }).click();
  await page.getByLabel("One person alone, on a job").fill("5");
  await page.getByLabel("Two people approve above").fill("2");
  await expect(page.getByText("Not below what one person may spend alone.")).toBeVisible();
  await page.getByLabel("Two people approve above").fill("500");
  await page.getByRole("button", { name: "Save the rules" }).click();
  await expect(page.getByText("One person alone may spend up to $5.00 on a job.")).toBeVisible();

  await page.getByRole("button", { name: "New project" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Vision");
  await page.getByLabel("Cost centre", { exact: true }).fill("CC-7");
  await page.getByLabel("Tags that every job carries").fill("team");
  await page.getByRole("button", { name: "Create the project" }).click();
  await page.getByRole("button", { name: "Change Vision" }).click();
  await page.getByRole("menuitem", { name: "Budget…" }).click();
  await page.getByLabel("Amount", { exact: true }).fill("10");
  await page.getByRole("button", { name: "Save the budget" }).click();
  await expect(page.getByRole("meter", { name: "Vision, this month" })).toHaveAttribute("aria-valuenow", "0");
  await page.getByRole("button", { name: "Change Vision" }).click();
  await page.getByRole("menuitem", { name: "New purchase order…" }).click();
  await page.getByLabel("Number", { exact: true }).fill("PO-4711");
  await page.getByLabel("Amount", { exact: true }).fill("100");
  await page.getByRole("button", { name: "Add the order" }).click();
  await expect(page.getByRole("meter", { name: "Purchase order PO-4711" })).toBeVisible();
});

test("an engineer asks for a job above the limit, and cannot approve it", async ({ page }) => {
  await signIn(page, ENGINEER);
  await page.goto("/jobs/new");
  await page.getByRole("radio", { name: /^Digit classifier, dense/ }).check();
  await expect(page.getByText("can run it")).toBeVisible();
  await page.getByLabel("Steps in all").fill("234");
  await page.getByLabel("Name of the job").fill(JOB);
  await page.getByLabel("Project", { exact: true }).selectOption("Vision");
  await page.getByLabel("Purchase order", { exact: true }).selectOption({ label: "PO-4711, $100.00 left" });
  await page.getByLabel(/^Limit/).fill("20");
  await expect(page.getByText("The project Vision wants these tags on every job: team.")).toBeVisible();
  await page.getByLabel("Tag: team").fill("vision");
  await expect(page.getByText(/The project Vision may spend \$10\.00 this month/)).toBeVisible();
  await expect(page.getByRole("button", { name: /^Post/ })).toBeDisabled();
  await page.getByLabel(/^Limit/).fill("8");
  await expect(
    page.getByText(
      "This needs approval by finance, an admin or an owner because it may cost $8.00, and one person alone may spend $5.00 on a job.",
    ),
  ).toBeVisible();
  await expect(page.getByText("May approve: Ada Okafor (owner), Fay Lindqvist (finance).")).toBeVisible();
  await inspect(page, "jobs-new-approval");
  await page.getByRole("button", { name: "Post, ask for $8.00" }).click();
  await expect(page.getByRole("heading", { name: JOB })).toBeVisible();
  await expect(page.getByText("Waiting for approval").first()).toBeVisible();
  await expect(page.getByText("May approve: Ada Okafor (owner), Fay Lindqvist (finance).")).toBeVisible();
  await inspect(page, "job-waiting");

  await page.goto("/spending");
  const request = page.getByRole("listitem").filter({ hasText: JOB }).first();
  await expect(
    request.getByText("You asked for it, so another person decides: Ada Okafor or Fay Lindqvist."),
  ).toBeVisible();
  await expect(request.getByRole("button", { name: "Approve" })).toBeDisabled();
  const status = await page.evaluate(
    async (jobId) => {
      const body = JSON.stringify({ 0: { json: { jobId } } });
      const headers = { "content-type": "application/json" };
      return (await fetch("/api/trpc/spending.approve?batch=1", { method: "POST", headers, body })).status;
    },
    await jobIdOf(page),
  );
  expect(status).toBe(403);
});

test("finance sees what, who, how much and why, approves, and the job starts", async ({ page }) => {
  await signIn(page, FINANCE);
  await page.goto("/spending");
  const request = page.getByRole("listitem").filter({ hasText: JOB }).first();
  await expect(request.getByText("up to $8.00")).toBeVisible();
  await expect(
    request.getByText(/Eli Brandt asked .* Vision · order PO-4711 · cost centre CC-7 · team: vision/),
  ).toBeVisible();
  await expect(request.getByText(/Needs approval because it may cost \$8\.00/)).toBeVisible();
  await inspect(page, "spending");
  const jobId = await jobIdOf(page);
  await request.getByRole("button", { name: "Approve" }).click();
  await page.getByLabel("Comment").fill("For the spring report");
  await page.getByRole("button", { name: "Approve $8.00" }).click();
  await expect(page.getByText("Nothing waits for approval")).toBeVisible();
  await expect(page.getByRole("meter", { name: "Vision, this month" })).toHaveAttribute("aria-valuenow", "80");
  await expect(page.getByText("75 %", { exact: true })).toBeVisible();
  await page.goto(`/jobs/${jobId}`);
  await expect(page.getByText("“For the spring report”").first()).toBeVisible();
  await expect(page.getByText("Completed", { exact: true }).first()).toBeVisible({ timeout: 110_000 });
  await page.goto("/audit-log");
  await expect(page.getByText(`approved the job ${JOB} of $8.00: “For the spring report”`)).toBeVisible();
  await expect(page.getByText("Solo limit: none → $5.00")).toBeVisible();
  await inspect(page, "audit-log");
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Export as CSV" }).click();
  expect((await download).suggestedFilename()).toMatch(/^audit-log-\d{4}-\d\d-\d\d\.csv$/);
});

test("what the job did not use is free for the project again", async ({ page }) => {
  await signIn(page, FINANCE);
  await page.goto("/spending");
  await expect(page.getByRole("meter", { name: "Vision, this month" })).not.toHaveAttribute("aria-valuenow", "80");
});

test("an invited colleague joins with the role that was chosen", async ({ page }) => {
  await signIn(page, "ada@acme.example");
  await page.goto("/organisation");
  await page.getByRole("button", { name: "Invite a member" }).click();
  await page.getByLabel("E-mail").fill("gil@acme.example");
  await page.getByLabel("Role", { exact: true }).selectOption("finance");
  await page.getByRole("button", { name: "Send the invitation" }).click();
  await expect(page.getByText("gil@acme.example")).toBeVisible();
  await inspect(page, "organisation-invited");
  await page.context().clearCookies();
  await signInByLink(page, "gil@acme.example");
  await page.goto("/welcome");
  await page.getByRole("button", { name: "Join Acme AI" }).click();
  await expect(page.getByRole("heading", { name: "Jobs", exact: true })).toBeVisible();
  await expect(page.getByText("you are finance")).toBeVisible();
});

/** The id of the job whose request stands on the spending page. */
async function jobIdOf(page: Page): Promise<string> {
  const href = await page.getByRole("link", { name: JOB }).first().getAttribute("href");
  return href?.split("/").at(-1) ?? "";
}

/** Pictures in both themes and sizes, and no serious barrier in either theme. */
async function inspect(page: Page, name: string): Promise<void> {
  await takePictures(page, name);
  await page.setViewportSize({ width: 1280, height: 900 });
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    const { violations } = await new AxeBuilder({ page }).analyze();
    const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
    expect(serious.map(({ id, nodes }) => `${name} ${colorScheme} ${id}: ${nodes[0]?.html ?? ""}`)).toEqual([]);
  }
}
