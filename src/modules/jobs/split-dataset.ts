import {
  decodeSafetensors,
  elementBytes,
  elementCount,
  RowDataType,
  SafetensorsError,
  type NamedTensor,
} from "@trainyard/protocol";
import { characterTokens } from "./characters";
import { DatasetRefused } from "./errors";

/** A column before its bytes are stored. */
export interface RawColumn {
  readonly name: string;
  readonly dtype: RowDataType;
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

export type RawSplit =
  | {
      readonly kind: "examples";
      readonly count: number;
      readonly features: readonly RawColumn[];
      readonly labels: RawColumn;
    }
  | { readonly kind: "tokens"; readonly count: number; readonly tokens: RawColumn };

export interface RawDataset {
  readonly train: RawSplit;
  readonly heldOut: RawSplit;
}

const LABEL_NAMES = ["labels", "label", "y", "targets"];
const HELD_OUT_PREFIX = /^(test|heldout|held_out|validation|val)[._]/;
const TRAIN_PREFIX = /^train[._]/;

/**
 * Reads a safetensors file as a dataset: every tensor's first dimension counts examples; one tensor is called labels
 * (or y), the others are features. Tensors prefixed `test.` form the held-out split; without them the last
 * `heldOutPercent` of the rows do.
 */
export function safetensorsDataset(file: Uint8Array, heldOutPercent: number): RawDataset {
  const tensors = decode(file);
  const heldOut = tensors
    .filter((t) => HELD_OUT_PREFIX.test(t.name))
    .map((t) => ({ ...t, name: t.name.replace(HELD_OUT_PREFIX, "") }));
  const train = tensors
    .filter((t) => !HELD_OUT_PREFIX.test(t.name))
    .map((t) => ({ ...t, name: t.name.replace(TRAIN_PREFIX, "") }));
  const all = examples(train);
  if (heldOut.length > 0) return { train: all, heldOut: examples(heldOut) };
  const heldOutCount = Math.max(1, Math.floor((all.count * heldOutPercent) / 100));
  if (heldOutCount >= all.count)
    throw new DatasetRefused(`The dataset has ${all.count} example; at least 2 are needed to hold one out.`);
  return { train: rows(all, 0, all.count - heldOutCount), heldOut: rows(all, all.count - heldOutCount, all.count) };
}

/** Reads plain text as a character-token stream; the last `heldOutPercent` is held out, at most `heldOutMax` tokens of it. */
export function textDataset(file: Uint8Array, heldOutPercent: number, heldOutMax: number): RawDataset {
  const tokens = characterTokens(decodeText(file));
  const split = tokens.byteLength - Math.min(heldOutMax, Math.floor((tokens.byteLength * heldOutPercent) / 100));
  const part = (data: Uint8Array): RawSplit => ({
    kind: "tokens",
    count: data.byteLength,
    tokens: { name: "tokens", dtype: "uint8", shape: [], data },
  });
  return { train: part(tokens.subarray(0, split)), heldOut: part(tokens.subarray(split)) };
}

function decode(file: Uint8Array): NamedTensor[] {
  try {
    return decodeSafetensors(file);
  } catch (error) {
    if (error instanceof SafetensorsError)
      throw new DatasetRefused(`This is not a valid safetensors file. ${error.message}`);
    throw error;
  }
}

function decodeText(file: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(file);
  } catch {
    throw new DatasetRefused("The text is not UTF-8. Save it as UTF-8 and upload it again.");
  }
}

type Examples = Extract<RawSplit, { kind: "examples" }>;

function examples(tensors: readonly NamedTensor[]): Examples {
  const labels = tensors.find((t) => LABEL_NAMES.includes(t.name));
  const features = tensors.filter((t) => t !== labels);
  if (labels === undefined)
    throw new DatasetRefused(
      `No tensor is called ${LABEL_NAMES.join(", ")}. Name the targets "labels". Found: ${tensors.map((t) => t.name).join(", ") || "no tensors"}.`,
    );
  if (features.length === 0)
    throw new DatasetRefused("There are labels but no features. Add at least one more tensor.");
  const count = labels.shape[0] ?? 0;
  if (count < 1) throw new DatasetRefused("The labels tensor has no rows.");
  return { kind: "examples", count, features: features.map((t) => column(t, count)), labels: column(labels, count) };
}

function column(tensor: NamedTensor, count: number): RawColumn {
  const dtype = RowDataType.safeParse(tensor.dtype);
  if (!dtype.success)
    throw new DatasetRefused(
      `Tensor "${tensor.name}" is ${tensor.dtype}; rows may be ${RowDataType.options.join(", ")}. Convert it before saving.`,
    );
  if (tensor.shape[0] !== count)
    throw new DatasetRefused(
      `Tensor "${tensor.name}" has ${tensor.shape[0] ?? 0} rows, the labels have ${count}. All must have the same.`,
    );
  return { name: tensor.name, dtype: dtype.data, shape: tensor.shape.slice(1), data: tensor.data };
}

function rows(split: Examples, from: number, to: number): Examples {
  const cut = (c: RawColumn): RawColumn => {
    const rowBytes = elementCount(c.shape) * elementBytes(c.dtype);
    return { ...c, data: c.data.subarray(from * rowBytes, to * rowBytes) };
  };
  return { ...split, count: to - from, features: split.features.map(cut), labels: cut(split.labels) };
}
