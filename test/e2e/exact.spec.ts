import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test, type Page } from "@playwright/test";
import { checkReceipt, EXACT_CLASS, Receipt } from "@trainyard/protocol";
import { download, isSigned } from "./deliverables";
import { signIn } from "./people";
import { takePictures } from "./picture";

const WORKER = fileURLToPath(new URL("../../worker/dist/main.js", import.meta.url));
const JOB = "Exact digits";
const SEGMENTS = 3;
const AUDITOR = "fabrikam-web";

test.describe.configure({ mode: "serial" });

let auditor: ChildProcess | undefined;

test.afterAll(async () => {
  signalNative("SIGCONT");
  if (auditor === undefined || auditor.exitCode !== null) return;
  auditor.kill("SIGTERM");
  await once(auditor, "exit");
});

test("a provider joins a machine that computes in WebAssembly, and it gets exact jobs only", async ({ page }) => {
  test.setTimeout(240_000);
  await signIn(page, "eli@acme.example");
  const sample = page.getByRole("row", { name: /Sample: digit classifier, dense/ }).last();
  await expect(sample, "the native machines are free").toContainText("Completed", { timeout: 180_000 });
  await page.context().clearCookies();
  await signIn(page, "max@fabrikam.example");
  await page.goto("/machines");
  await expect(machine(page, "fabrikam-1")).toContainText("Online");
  await page.getByRole("button", { name: "Join a machine" }).click();
  const command = await page.getByRole("dialog").getByText(/^npx /).innerText();
  await takePictures(page, "machines-join");
  auditor = joinAsShown(command);
  await expect(page.getByRole("status").filter({ hasText: `${AUDITOR} has joined.` })).toBeVisible({ timeout: 60_000 });
  await page.getByRole("button", { name: "Set its floor" }).click();
  await expect(machine(page, AUDITOR)).toContainText("This machine runs exact jobs only");
  await expect(machine(page, AUDITOR)).not.toContainText("Speed in native jobs");
  signalNative("SIGSTOP");
  await expect(machine(page, "fabrikam-1")).toContainText("Offline", { timeout: 60_000 });
  await takePictures(page, "machines-wasm");
});

test("an engineer posts an exact job: a native machine trains it, that machine finds the same bits, it is paid", async ({
  page,
}) => {
  test.setTimeout(240_000);
  await signIn(page, "eli@acme.example");
  await post(page);
  await expect(page.getByText("Completed", { exact: true })).toBeVisible({ timeout: 180_000 });
  await expect(page.getByText(`${SEGMENTS} of ${SEGMENTS} verified`)).toBeVisible();
  await takePictures(page, "exact-job");
  await page.getByRole("list", { name: "Segments" }).getByRole("button").first().click();
  const segment = page.getByRole("dialog");
  await expect(segment).toContainText("by northwind-1 of Northwind Compute");
  await expect(segment.getByRole("listitem").filter({ hasText: AUDITOR })).toContainText("Same bits");
  await expect(segment.getByText("paid", { exact: true })).toBeVisible();
  await takePictures(page, "exact-segment");
  await page.keyboard.press("Escape");
  await checkFile(page);
  await page.getByRole("tab", { name: "Specification" }).click();
  await expect(page.getByRole("tabpanel")).toContainText("Exact: any machine can audit");
  await takePictures(page, "exact-specification");
});

/** Chooses the engine in the form; the quote then names the price of both. */
async function post(page: Page): Promise<void> {
  await page.getByRole("main").getByRole("link", { name: "New job" }).click();
  await page.getByRole("radio", { name: /^Digit classifier, dense/ }).check();
  await page.getByLabel("Steps in all").fill(String(SEGMENTS * 40));
  await page.getByLabel("Segment length").fill("40");
  await page.getByRole("group", { name: "Engine" }).getByRole("button", { name: "Exact" }).click();
  await expect(page.getByText("any machine of another organisation can audit")).toBeVisible();
  const native = page.locator("div:has(> dt)", { hasText: "With the native engine" });
  await expect(native.locator("dd").first()).toContainText(/\$[\d.]+, ≈ .+, on \d+ machines?/);
  await takePictures(page, "new-job-exact");
  await page.getByLabel("Name of the job").fill(JOB);
  await page.getByRole("button", { name: /^Post, hold \$/ }).click();
  await expect(page.getByRole("heading", { name: JOB })).toBeVisible();
}

/** The receipt holds every auditor's commitment, each that of the machine that trained. */
async function checkFile(page: Page): Promise<void> {
  const receipt = Receipt.parse(JSON.parse((await download(page, "receipt")).toString("utf8")));
  expect(await checkReceipt(receipt, isSigned)).toEqual([]);
  expect(receipt.segments).toHaveLength(SEGMENTS);
  for (const { claim, commitment, audits } of receipt.segments) {
    expect(claim.numericClass).toBe(EXACT_CLASS);
    expect(audits.map((audit) => audit.commitment)).toEqual([commitment]);
  }
}

function machine(page: Page, name: string) {
  return page.getByRole("main").locator("ul > li").filter({ hasText: name });
}

/** Runs the command of the page, with the runtime and the folder of this test. */
function joinAsShown(command: string): ChildProcess {
  const [, , ...args] = command.split(" ");
  const own = ["--runtime", "wasm", "--name", AUDITOR, "--data-dir", join(folder(), "workers", AUDITOR)];
  return spawn(process.execPath, [WORKER, ...args, ...own], { stdio: "ignore" });
}

/** Stops Fabrikam's native machine, or lets it go on: while it is stopped, the one that is left audits. */
function signalNative(signal: "SIGSTOP" | "SIGCONT"): void {
  const [pid] = readFileSync(join(folder(), "workers", "fabrikam-1", "worker.lock"), "utf8").split(" ");
  process.kill(Number(pid), signal);
}

function folder(): string {
  return process.env["E2E_DATA_DIRECTORY"] ?? "";
}
