import { GraphRefusal } from "../refusal";

/** One field of a message on the wire: a varint, or bytes (length-delimited, or the 4 or 8 of a fixed number). */
export type Field =
  | { readonly number: number; readonly wire: 0; readonly varint: bigint }
  | {
      readonly number: number;
      readonly wire: 1 | 2 | 5;
      readonly bytes: Uint8Array;
      readonly start: number;
      readonly end: number;
    };

const notOnnx = (what: string): GraphRefusal =>
  new GraphRefusal("graph/not-onnx", {
    reason: `The file is not a readable ONNX model: ${what}.`,
    fix: "Upload the .onnx file that torch.onnx.export wrote, complete and uncompressed.",
  });

/** Refuses bytes that do not follow the wire format or the ONNX schema. */
export function malformed(what: string): never {
  throw notOnnx(what);
}

/** Reads one varint at an offset; returns it with the offset after it. At most ten bytes long. */
function readVarint(bytes: Uint8Array, at: number): [bigint, number] {
  let value = 0n;
  for (let i = 0; i < 10; i++) {
    const byte = bytes[at + i];
    if (byte === undefined) malformed("it ends inside a number");
    value |= BigInt(byte & 127) << BigInt(7 * i);
    if (byte < 128) return [BigInt.asUintN(64, value), at + i + 1];
  }
  return malformed("a number is longer than ten bytes");
}

/** The fields of one message, in order. `start` and `end` bound the whole field, tag included, inside `message`. */
export function* fields(message: Uint8Array): Generator<Field> {
  let at = 0;
  while (at < message.length) {
    const start = at;
    const [tag, afterTag] = readVarint(message, at);
    const number = Number(tag >> 3n);
    const wire = Number(tag & 7n);
    if (number < 1 || number > 2 ** 29 - 1) malformed(`field number ${number} does not exist`);
    if (wire === 0) {
      const [varint, next] = readVarint(message, afterTag);
      at = next;
      yield { number, wire, varint };
      continue;
    }
    if (wire !== 1 && wire !== 2 && wire !== 5) malformed(`wire type ${wire} is not used by ONNX`);
    const [length, from] = wire === 2 ? readVarint(message, afterTag) : [wire === 1 ? 8n : 4n, afterTag];
    if (length > BigInt(message.length - from)) malformed("a length reaches past the end");
    at = from + Number(length);
    yield { number, wire, bytes: message.subarray(from, at), start, end: at };
  }
}

/** The bytes of a length-delimited field. */
export function bytesField(field: Field): Uint8Array {
  return field.wire === 2 ? field.bytes : malformed(`field ${field.number} has the wrong type`);
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** The text of a field; refuses what is not UTF-8. */
export function textField(field: Field): string {
  try {
    return utf8.decode(bytesField(field));
  } catch (error) {
    if (error instanceof GraphRefusal) throw error;
    return malformed(`field ${field.number} is not text`);
  }
}

/** A signed integer that fits a double exactly. */
export function intField(field: Field): number {
  return field.wire === 0 ? toNumber(field.varint) : malformed(`field ${field.number} has the wrong type`);
}

function toNumber(varint: bigint): number {
  const signed = BigInt.asIntN(64, varint);
  // The largest int64 stands for "to the end" in Slice; it is kept as a large number that behaves the same.
  if (signed > BigInt(Number.MAX_SAFE_INTEGER)) return Number.MAX_SAFE_INTEGER;
  if (signed < BigInt(Number.MIN_SAFE_INTEGER)) return Number.MIN_SAFE_INTEGER;
  return Number(signed);
}

/** Adds the integers of a repeated field, packed or not. */
export function collectInts(field: Field, into: bigint[]): void {
  if (field.wire === 0) {
    into.push(BigInt.asIntN(64, field.varint));
    return;
  }
  const packed = bytesField(field);
  for (let at = 0; at < packed.length;) {
    const [varint, next] = readVarint(packed, at);
    into.push(BigInt.asIntN(64, varint));
    at = next;
  }
}

/** Adds the fixed-size numbers of a repeated float (4 bytes) or double (8 bytes) field, packed or not. */
export function collectFixed(field: Field, size: 4 | 8, into: number[]): void {
  if (field.wire === 0 || (field.wire !== 2 && field.bytes.length !== size))
    malformed(`field ${field.number} has the wrong type`);
  const { bytes } = field;
  if (bytes.length % size !== 0) malformed(`field ${field.number} ends inside a number`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < bytes.length; at += size)
    into.push(size === 4 ? view.getFloat32(at, true) : view.getFloat64(at, true));
}

/** Converts collected integers to numbers, saturating like `intField`. */
export const asNumbers = (values: readonly bigint[]): number[] =>
  values.map((value) => toNumber(BigInt.asUintN(64, value)));

const encoder = new TextEncoder();

/** Writes one message as a list of byte pieces; nested messages are finished writers. */
export class MessageWriter {
  private readonly pieces: Uint8Array[] = [];
  private length = 0;

  private push(bytes: Uint8Array): void {
    this.pieces.push(bytes);
    this.length += bytes.length;
  }

  private varint(value: bigint): void {
    const bytes: number[] = [];
    let rest = BigInt.asUintN(64, value);
    do {
      const low = Number(rest & 127n);
      rest >>= 7n;
      bytes.push(rest === 0n ? low : low | 128);
    } while (rest !== 0n);
    this.push(Uint8Array.from(bytes));
  }

  int(number: number, value: number | bigint): this {
    this.varint(BigInt(number) << 3n);
    this.varint(BigInt(value));
    return this;
  }

  float(number: number, value: number): this {
    this.varint((BigInt(number) << 3n) | 5n);
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setFloat32(0, value, true);
    this.push(bytes);
    return this;
  }

  bytes(number: number, value: Uint8Array): this {
    this.varint((BigInt(number) << 3n) | 2n);
    this.varint(BigInt(value.length));
    this.push(value);
    return this;
  }

  text(number: number, value: string): this {
    return this.bytes(number, encoder.encode(value));
  }

  message(number: number, value: MessageWriter): this {
    this.varint((BigInt(number) << 3n) | 2n);
    this.varint(BigInt(value.length));
    for (const piece of value.pieces) this.pieces.push(piece);
    this.length += value.length;
    return this;
  }

  /** Copies bytes that are already a whole field. */
  raw(field: Uint8Array): this {
    this.push(field);
    return this;
  }

  /** Copies a field of a message as it stands. */
  copy(message: Uint8Array, field: Field): this {
    return field.wire === 0 ? this.int(field.number, field.varint) : this.raw(message.subarray(field.start, field.end));
  }

  finish(): Uint8Array {
    const all = new Uint8Array(this.length);
    let at = 0;
    for (const piece of this.pieces) {
      all.set(piece, at);
      at += piece.length;
    }
    return all;
  }
}

/** A copy of a message with other bytes in the fields of one number. */
export function spliced(message: Uint8Array, number: number, change: (bytes: Uint8Array) => Uint8Array): Uint8Array {
  const writer = new MessageWriter();
  for (const field of fields(message)) {
    if (field.number === number) writer.bytes(number, change(bytesField(field)));
    else writer.copy(message, field);
  }
  return writer.finish();
}
