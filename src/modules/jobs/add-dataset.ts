import type { DatasetSplit } from "@trainyard/protocol";
import { newId, record, requireRole, requireSystem, type Context } from "@/kernel";
import { datasetView, type DatasetView } from "./dataset-view";
import { AddDatasetInput } from "./inputs";
import { readUpload } from "./read-upload";
import { safetensorsDataset, textDataset, type RawColumn, type RawDataset, type RawSplit } from "./split-dataset";
import { insertDataset, type DatasetRow } from "./store/datasets";

const DATASET_BYTES_MAX = 2 * 1024 * 1024 * 1024;
/** A full evaluation runs at every segment's end, so a token stream holds out at most this much. */
const HELD_OUT_TOKENS_MAX = 16_384 + 1;
/** Context of a token stream until a model says its own. */
const DEFAULT_CONTEXT = 64;

/** Adds an uploaded file as a dataset of the organisation: columns are cut out, stored by content and never change. */
export async function addDataset(ctx: Context, input: AddDatasetInput): Promise<DatasetView> {
  const actor = requireRole(ctx.actor, "engineer");
  const { name, blob, format, heldOutPercent } = AddDatasetInput.parse(input);
  const file = await readUpload(ctx, blob, DATASET_BYTES_MAX);
  const raw =
    format === "safetensors"
      ? safetensorsDataset(file, heldOutPercent)
      : textDataset(file, heldOutPercent, HELD_OUT_TOKENS_MAX);
  const id = newId("dataset", ctx.clock.now().getTime());
  const row = await storeDataset(ctx, raw, {
    id,
    organisationId: actor.organisationId,
    name,
    description: `Uploaded ${format} file`,
  });
  await ctx.database.transaction(async (tx) => {
    await insertDataset(tx, row);
    await record(tx, actor, {
      action: "jobs.dataset-added",
      target: id,
      details: { name, bytes: Number(row.totalBytes) },
    });
  });
  return datasetView(row);
}

/** Adds a public sample dataset once; a dataset that is there stays as it is. */
export async function addPublicDataset(
  ctx: Context,
  dataset: { id: string; name: string; description: string; raw: RawDataset },
): Promise<void> {
  requireSystem(ctx.actor);
  const { id, name, description, raw } = dataset;
  await insertDataset(
    ctx.database.reader,
    await storeDataset(ctx, raw, { id, organisationId: null, name, description }),
  );
}

/** A text as a raw token dataset, for the samples. */
export function sampleTextDataset(text: string): RawDataset {
  return textDataset(new TextEncoder().encode(text), 5, HELD_OUT_TOKENS_MAX);
}

async function storeDataset(
  ctx: Context,
  raw: RawDataset,
  head: Pick<DatasetRow, "id" | "organisationId" | "name" | "description">,
): Promise<DatasetRow> {
  const train = await storeSplit(ctx, raw.train);
  const heldOut = await storeSplit(ctx, raw.heldOut);
  return { ...head, train, heldOut, totalBytes: BigInt(splitBytes(raw.train) + splitBytes(raw.heldOut)) };
}

async function storeSplit(ctx: Context, split: RawSplit): Promise<DatasetSplit> {
  const column = async ({ name, dtype, shape, data }: RawColumn) => ({
    name,
    dtype,
    shape: [...shape],
    blob: await ctx.blobs.put(data),
  });
  if (split.kind === "tokens")
    return { kind: "tokens", count: split.count, tokens: await column(split.tokens), contextLength: DEFAULT_CONTEXT };
  const features = [];
  for (const feature of split.features) features.push(await column(feature));
  return { kind: "examples", count: split.count, features, labels: await column(split.labels) };
}

function splitBytes(split: RawSplit): number {
  const columns = split.kind === "tokens" ? [split.tokens] : [...split.features, split.labels];
  return columns.reduce((sum, c) => sum + c.data.byteLength, 0);
}
