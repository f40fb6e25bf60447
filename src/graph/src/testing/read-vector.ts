import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { fields, intField, MessageWriter, spliced, textField } from "../onnx/protobuf";
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
  return spliced(file, GRAPH, (graph) => spliced(graph, INITIALIZER, (tensor) => filled(tensor, streams++)));
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
    if (field.number === DIMS || field.number === NAME || field.number === 2) writer.copy(tensor, field);
  return writer.bytes(RAW_DATA, new Uint8Array(data.buffer)).finish();
}
