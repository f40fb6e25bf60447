import { expect, test } from "@playwright/test";
import { encodeSafetensors } from "@trainyard/protocol";
import { mlpTemplate } from "@trainyard/graph";
import { handMade } from "../../src/graph/src/testing/model-writer";
import { MessageWriter } from "../../src/graph/src/onnx/protobuf";
import { linksFor, signIn } from "./people";

const file = (name: string, bytes: Uint8Array) => ({
  name,
  mimeType: "application/octet-stream",
  buffer: Buffer.from(bytes),
});

/** A model whose weight says that its bytes lie in a file beside it. */
function externalModel(): Uint8Array {
  const entry = new MessageWriter().text(1, "location").text(2, ".env");
  const weight = new MessageWriter().int(1, 3).int(1, 2).int(2, 1).text(8, "w").message(13, entry).int(14, 1);
  return handMade({ initializers: [weight] });
}

test("every bad input is a clear sentence on the page, and no job comes of it", async ({ page }) => {
  await signIn(page, "eli@acme.example");
  await page.goto("/jobs/new");
  await page.getByText("Your own model").click();
  const model = page.locator('input[type="file"][accept*=".onnx"]');

  await model.setInputFiles(file("notes.onnx", new TextEncoder().encode("these are not the bytes of a model")));
  await expect(page.getByText(/not (an )?ONNX|ONNX model/i).first()).toBeVisible();
  await model.setInputFiles(file("outside.onnx", externalModel()));
  await expect(page.getByText(/external|another file/i).first()).toBeVisible();
  await model.setInputFiles(file("picture.png", new Uint8Array(10)));
  await expect(page.getByText(/does not end in .onnx/)).toBeVisible();

  const count = 20;
  const x = { name: "x", dtype: "uint8" as const, shape: [count, 784], data: new Uint8Array(count * 784) };
  const labels = { name: "labels", dtype: "uint8" as const, shape: [count], data: new Uint8Array(count) };
  const good = mlpTemplate({ inputSize: 784, hiddenSizes: [8], classCount: 10, seed: 1 });
  await model.setInputFiles(file("good.onnx", good));
  await page
    .locator('input[type="file"][accept*=".safetensors"]')
    .setInputFiles(file("short.safetensors", encodeSafetensors([labels, x])));
  await expect(page.getByText(/fewer|at least|batch of 64|shorter/i).first()).toBeVisible();
  await expect(page.getByRole("button", { name: /^Post/ })).toBeDisabled();

  await page.getByText("Digit classifier, dense").click();
  await page.getByLabel(/^Limit/).fill("0.0001");
  await page.getByRole("button", { name: /^Post, hold/ }).click();
  await expect(page.getByText(/below the price.*Raise the limit/)).toBeVisible();

  await page.goto("/jobs");
  await expect(page.getByText("Digit classifier, dense", { exact: true })).toHaveCount(0);
});

test("a sign-in link works once", async ({ page, context }) => {
  await signIn(page, "finn@northwind.example");
  await context.clearCookies();
  await page.goto(linksFor("finn@northwind.example").at(-1) ?? "");
  await expect(page.getByText(/link.*(used|expired|no longer)|expired/i).first()).toBeVisible();
});
