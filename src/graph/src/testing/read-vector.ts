import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { bytesField, fields, intField, MessageWriter, textField, type Field } from "../onnx/protobuf";
import { uniform } from "../templates/random";

const GRAPH = 7;
const INITIALIZER = 5;
const DIMS = 1;
const NAME = 8;
const RAW_DATA = 9;
const DOCUMENTATION = 12;

/**
 * A model of `vectors`, with its weights filled in: a tensor without data says in its documentation from which uniform
 * distribution ("uniform MEAN DEVIATION"). The same numbers every time.
 */
export function readVector(name: string): Uint8Array {
  const file = gunzipSync(readFileSync(new URL(`../../vectors/${name}.onnx.gz`, import.meta.url)));
  let streams = 0;
  return changed(file, GRAPH, (graph) => changed(graph, INITIALIZER, (tensor) => filled(tensor, streams++)));
}

function changed(message: Uint8Array, number: number, change: (bytes: Uint8Array) => Uint8Array): Uint8Array {
  const writer = new MessageWriter();
  for (const field of fields(message)) {
    if (field.number === number) writer.bytes(number, change(bytesField(field)));
    else copy(writer, message, field);
  }
  return writer.finish();
}

function copy(writer: MessageWriter, message: Uint8Array, field: Field): void {
  if (field.wire === 0) writer.int(field.number, field.varint);
  else writer.raw(message.subarray(field.start, field.end));
}

function filled(tensor: Uint8Array, stream: number): Uint8Array {
  const all = [...fields(tensor)];
  const documentation = all.find((field) => field.number === DOCUMENTATION);
  if (documentation === undefined) return tensor;
  const [, mean = "", deviation = ""] = textField(documentation).split(" ");
  const count = all.filter((field) => field.number === DIMS).reduce((product, field) => product * intField(field), 1);
  const data = uniform(1, stream, count, Number(deviation) * Math.sqrt(3)).map((value) => value + Number(mean));
  const writer = new MessageWriter();
  for (const field of all)
    if (field.number === DIMS || field.number === NAME || field.number === 2) copy(writer, tensor, field);
  return writer.bytes(RAW_DATA, new Uint8Array(data.buffer)).finish();
}
