import { elementBytes, elementCount, inNameOrder, type NamedTensor, type TensorDataType } from "./tensors";

/** A safetensors file that does not follow the public format; `message` says what is wrong and where. */
export class SafetensorsError extends Error {
  override name = "SafetensorsError";
}

const CODES: Record<TensorDataType, string> = {
  float32: "F32",
  float64: "F64",
  int64: "I64",
  int32: "I32",
  uint8: "U8",
  bool: "BOOL",
};
const TYPES = new Map(Object.entries(CODES).map(([dtype, code]) => [code, dtype as TensorDataType]));
const HEADER_BYTES_MAX = 4 * 1024 * 1024;

/**
 * Writes tensors as a safetensors file (https://github.com/huggingface/safetensors): u64 header length, JSON header
 * padded with spaces to 8 bytes, then data in name order. The same tensors always give the same bytes.
 */
export function encodeSafetensors(tensors: readonly NamedTensor[], metadata: Record<string, string> = {}): Uint8Array {
  const sorted = inNameOrder(tensors);
  const header: Record<string, unknown> = {};
  if (Object.keys(metadata).length > 0) header["__metadata__"] = metadata;
  let offset = 0;
  for (const { name, dtype, shape, data } of sorted) {
    header[name] = { dtype: CODES[dtype], shape, data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const headerBytes = Math.ceil(json.byteLength / 8) * 8;
  const file = new Uint8Array(8 + headerBytes + offset).fill(0x20, 8, 8 + headerBytes);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerBytes), true);
  file.set(json, 8);
  let at = 8 + headerBytes;
  for (const { data } of sorted) {
    file.set(data, at);
    at += data.byteLength;
  }
  return file;
}

/** Reads a safetensors file. Every length is checked before anything is allocated; throws SafetensorsError. */
export function decodeSafetensors(file: Uint8Array): NamedTensor[] {
  if (file.byteLength < 8) throw new SafetensorsError("The file is shorter than the 8-byte safetensors header length.");
  const headerLength = new DataView(file.buffer, file.byteOffset, 8).getBigUint64(0, true);
  if (headerLength > BigInt(Math.min(HEADER_BYTES_MAX, file.byteLength - 8)))
    throw new SafetensorsError(`The header claims ${headerLength} bytes, more than the file or the limit holds.`);
  const body = file.subarray(8 + Number(headerLength));
  const header = parseHeader(file.subarray(8, 8 + Number(headerLength)));
  const tensors = Object.entries(header)
    .filter(([name]) => name !== "__metadata__")
    .map(([name, entry]) => readTensor(name, entry, body));
  checkCovered(tensors, body);
  return inNameOrder(tensors);
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> {
  try {
    const header: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    if (typeof header === "object" && header !== null && !Array.isArray(header)) return { ...header };
  } catch (cause) {
    throw new SafetensorsError("The header is not UTF-8 JSON.", { cause });
  }
  throw new SafetensorsError("The header is not a JSON object.");
}

function readTensor(name: string, entry: unknown, body: Uint8Array): NamedTensor {
  const { dtype: code, shape, data_offsets: offsets } = (entry ?? {}) as Record<string, unknown>;
  const dtype = TYPES.get(String(code));
  if (dtype === undefined)
    throw new SafetensorsError(`Tensor "${name}" has type ${String(code)}; known: ${[...TYPES.keys()].join(", ")}.`);
  if (!isCounts(shape)) throw new SafetensorsError(`Tensor "${name}" has no valid shape.`);
  if (!isCounts(offsets) || offsets.length !== 2) throw new SafetensorsError(`Tensor "${name}" has no valid offsets.`);
  const [begin = 0, end = 0] = offsets;
  const bytes = shape.reduce((product, d) => product * BigInt(d), BigInt(elementBytes(dtype)));
  if (begin > end || end > body.byteLength || BigInt(end - begin) !== bytes)
    throw new SafetensorsError(
      `Tensor "${name}": shape [${shape.join(", ")}] needs ${bytes} bytes, offsets say ${begin}-${end}.`,
    );
  return { name, dtype, shape, data: body.subarray(begin, end) };
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.length <= 16 && value.every((d) => Number.isSafeInteger(d) && d >= 0);
}

function checkCovered(tensors: readonly NamedTensor[], body: Uint8Array): void {
  const total = tensors.reduce((sum, t) => sum + elementCount(t.shape) * elementBytes(t.dtype), 0);
  if (total !== body.byteLength)
    throw new SafetensorsError(
      `The tensors cover ${total} bytes, but the file holds ${body.byteLength} bytes of data.`,
    );
}
