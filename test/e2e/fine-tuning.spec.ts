import { expect, test, type Page } from "@playwright/test";
import { cnnTemplate } from "@trainyard/graph";
import { signIn } from "./people";
import { takePictures } from "./picture";

const JOB = "Fine-tuned digits";

test("an engineer fine-tunes a model of their own by adapters, with another optimizer", async ({ page }) => {
  await signIn(page, "eli@acme.example");
  await page.getByRole("main").getByRole("link", { name: "New job" }).click();
  await page.getByRole("radio", { name: /^Your own model/ }).check();
  await uploadModel(page);
  await page.getByLabel("Dataset", { exact: true }).selectOption({ label: "MNIST (public)" });
  await takePictures(page, "own-model");
  await chooseAdapters(page);
  await chooseOptimizer(page);
  await expect(page.getByTitle("6,784"), "the trained parameters are those of the adapter alone").toBeVisible();
  const exact = page.locator("div:has(> dt)", { hasText: "With the exact engine" });
  await expect(exact.locator("dd").first(), "frozen weights have an exact form").toContainText("$");
  await takePictures(page, "own-model-adapters");
  await refuseConvolution(page);
  await page.getByLabel("Name of the job").fill(JOB);
  await page.getByRole("button", { name: /^Post, hold \$/ }).click();
  await expect(page.getByRole("heading", { name: JOB })).toBeVisible();
  await page.getByRole("tab", { name: "Specification" }).click();
  const specification = page.getByRole("tabpanel");
  await expect(specification).toContainText("Adapters of rank 4, alpha 16, on dense0.weight");
  await expect(specification).toContainText("SGD with Nesterov momentum 0.9");
  await expect(specification).toContainText("clipped to a norm of 1");
  await takePictures(page, "job-specification");
});

/** What the page says of the model comes from the file that was sent. */
async function uploadModel(page: Page): Promise<void> {
  const model = cnnTemplate({ channels: 1, height: 28, width: 28, classCount: 10, seed: 1 });
  const file = { name: "digits.onnx", mimeType: "application/octet-stream", buffer: Buffer.from(model) };
  await page.getByLabel("Drop your model, or choose a file").setInputFiles(file);
  await expect(page.getByText("Every operator can be trained here.")).toBeVisible();
  for (const fact of ["Parameters", "Operators", "Arithmetic", "Peak memory"])
    await expect(page.getByRole("term").filter({ hasText: fact }).first()).toBeVisible();
  await page.getByText("All operators").click();
  await expect(page.getByRole("listitem").filter({ hasText: "Conv" }).first()).toContainText("trained through");
}

/** Only weights that can have an adapter are offered. */
async function chooseAdapters(page: Page): Promise<void> {
  await page.getByLabel("What learns").selectOption("lora");
  await expect(page.getByRole("button", { name: "conv0.weight" })).toHaveCount(0);
  await page.getByRole("button", { name: "dense0.weight" }).click();
  await expect(page.getByLabel("Weights with an adapter")).toHaveValue("dense0.weight");
  await expect(page.getByRole("button", { name: "dense0.weight" })).toHaveCount(0);
  await page.getByLabel("Rank").fill("4");
}

async function chooseOptimizer(page: Page): Promise<void> {
  await page.getByText("Optimizer, clipping and more").click();
  await page.getByLabel("Optimizer", { exact: true }).selectOption("sgd");
  await page.getByLabel("Clip the gradient's norm").fill("1");
  await page.getByLabel("Steps in all").fill("40");
  await page.getByLabel("Segment length").fill("20");
}

async function refuseConvolution(page: Page): Promise<void> {
  const targets = page.getByLabel("Weights with an adapter");
  await targets.fill("conv0.weight");
  await expect(
    page
      .getByRole("alert")
      .filter({ hasText: /"conv0\.weight".* takes no adapter/ })
      .first(),
  ).toBeVisible();
  await expect(page.getByRole("button", { name: /^Post/ })).toBeDisabled();
  await takePictures(page, "own-model-refused");
  await targets.fill("dense0.weight");
  await expect(page.getByText(/takes no adapter/)).toHaveCount(0);
}
