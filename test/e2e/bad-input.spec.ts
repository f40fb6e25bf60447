import { expect, test, type Page } from "@playwright/test";
import { encodeSafetensors } from "@trainyard/protocol";
import { mlpTemplate } from "@trainyard/graph";
import { MessageWriter } from "../../src/graph/src/onnx/protobuf";
import { handMade } from "../../src/graph/src/testing/model-writer";
import { signIn } from "./people";

const MODEL = 'input[type="file"][accept*=".onnx"]';
const DATASET = 'input[type="file"][accept*=".safetensors"]';

let jobs = 0;

test.beforeEach(async ({ page }) => {
  await signIn(page, "eli@acme.example");
  await expect(page.locator("tbody tr").first()).toBeVisible();
  jobs = await page.locator("tbody tr").count();
  await page.goto("/jobs/new");
});

test.afterEach("nothing was posted", async ({ page }) => {
  await page.goto("/jobs");
  await expect(page.locator("tbody tr")).toHaveCount(jobs);
});

test("a file that is no model is refused in one sentence", async ({ page }) => {
  await page.getByRole("radio", { name: /^Your own model/ }).check();
  await give(page, MODEL, "notes.onnx", new TextEncoder().encode("these are not the bytes of a model"));
  await expect(page.getByRole("alert").getByText(/is not a readable ONNX model/)).toBeVisible();
  await expect(postButton(page)).toBeDisabled();
  await give(page, MODEL, "picture.png", new Uint8Array(10));
  await expect(page.getByText("“picture.png” does not end in .onnx. Choose another file.")).toBeVisible();
  await give(page, MODEL, "empty.onnx", new Uint8Array());
  await expect(page.getByRole("alert").getByText(/empty/)).toBeVisible();
});

test("a model whose weights lie in another file is refused with the way out", async ({ page }) => {
  await page.getByRole("radio", { name: /^Your own model/ }).check();
  await give(page, MODEL, "outside.onnx", externalModel());
  await expect(page.getByText(/The tensor "w" keeps its data in another file\./).first()).toBeVisible();
  await expect(page.getByText(/save_as_external_data=False/).first()).toBeVisible();
  await expect(postButton(page)).toBeDisabled();
});

test("a dataset shorter than one batch is refused with both numbers", async ({ page }) => {
  await page.getByRole("radio", { name: /^Your own model/ }).check();
  await give(page, MODEL, "good.onnx", mlpTemplate({ inputSize: 784, hiddenSizes: [8], classCount: 10, seed: 1 }));
  await give(page, DATASET, "broken.safetensors", new Uint8Array(20));
  await expect(page.getByText(/This is not a valid safetensors file\./)).toBeVisible();
  await give(page, DATASET, "short.safetensors", digits(20));
  await expect(
    page.getByText(/training examples, less than one batch of 64\. Lower the batch size/).first(),
  ).toBeVisible();
  await expect(postButton(page)).toBeDisabled();
});

test("a limit below the price is refused with the price", async ({ page }) => {
  await page.getByRole("radio", { name: /^Digit classifier, dense/ }).check();
  await page.getByLabel(/^Limit/).fill("0.0001");
  await postButton(page).click();
  await expect(page.getByText(/is below the price: .* Raise the limit to at least that\./)).toBeVisible();
});

test("numbers that cannot be trained with are marked at their field", async ({ page }) => {
  await page.getByLabel("Steps in all").fill("0");
  await expect(page.getByText("A whole number from 1 to 1,000,000.")).toBeVisible();
  await expect(postButton(page)).toBeDisabled();
  await page.getByLabel("Steps in all").fill("480");
  await page.getByLabel(/^Limit/).fill("much");
  await expect(page.getByText(/Write an amount of dollars/)).toBeVisible();
  await expect(postButton(page)).toBeDisabled();
});

const postButton = (page: Page) => page.getByRole("button", { name: /^Post/ });

async function give(page: Page, input: string, name: string, bytes: Uint8Array): Promise<void> {
  const file = { name, mimeType: "application/octet-stream", buffer: Buffer.from(bytes) };
  await page.locator(input).setInputFiles(file);
}

/** A model whose weight says that its bytes lie in a file beside it. */
function externalModel(): Uint8Array {
  const entry = new MessageWriter().text(1, "location").text(2, ".env");
  const weight = new MessageWriter().int(1, 3).int(1, 2).int(2, 1).text(8, "w").message(13, entry).int(14, 1);
  return handMade({ initializers: [weight] });
}

/** A dataset of blank digits. */
function digits(count: number): Uint8Array {
  const x = { name: "x", dtype: "uint8" as const, shape: [count, 784], data: new Uint8Array(count * 784) };
  const labels = { name: "labels", dtype: "uint8" as const, shape: [count], data: new Uint8Array(count) };
  return encodeSafetensors([labels, x]);
}
