import { bytesOf, sameShape } from "./ir";
import { bytesField, fields, MessageWriter, textField } from "./onnx/protobuf";
import { readModel } from "./onnx/read";
import { elementCode } from "./onnx/model";
import { momentNames } from "./optimizers/adamw";
import type { Tensor } from "./options";
import { GraphRefusal } from "./refusal";

const GRAPH = 7;
const INITIALIZER = 5;
const TENSOR_NAME = 8;

/**
 * The buyer's own forward model with trained weights in place of the initial ones, by name. Every other byte of the file
 * stays as it was: names, documentation, metadata, the symbolic batch. A state's optimizer moments are left out; refuses
 * weights the model does not have.
 */
export function deliverModel(forward: Uint8Array, state: readonly Tensor[]): Uint8Array {
  const moments = new Set(state.flatMap((tensor) => momentNames(tensor.name)));
  const parameters = state.filter((tensor) => !moments.has(tensor.name));
  const model = readModel(forward);
  const byName = new Map(parameters.map((tensor) => [tensor.name, tensor]));
  for (const tensor of parameters) {
    const own = model.initializers.get(tensor.name);
    const fits =
      own !== undefined &&
      own.dtype === tensor.dtype &&
      sameShape(own.shape, tensor.shape) &&
      tensor.data.length === bytesOf(own);
    if (!fits) {
      throw new GraphRefusal("graph/weights-mismatch", {
        reason: `The trained tensor "${tensor.name}" has no place of its type and shape in the model.`,
        fix: "Deliver weights of the same model that was trained.",
      });
    }
  }
  return spliced(forward, GRAPH, (graph) => spliced(graph, INITIALIZER, (bytes) => replaced(bytes, byName)));
}

/** Copies a message and puts other bytes into the fields of one number. */
function spliced(message: Uint8Array, number: number, change: (bytes: Uint8Array) => Uint8Array): Uint8Array {
  const writer = new MessageWriter();
  for (const field of fields(message)) {
    if (field.number === number) writer.bytes(number, change(bytesField(field)));
    else if (field.wire === 0) writer.int(field.number, field.varint);
    else writer.raw(message.subarray(field.start, field.end));
  }
  return writer.finish();
}

function replaced(bytes: Uint8Array, byName: ReadonlyMap<string, Tensor>): Uint8Array {
  const name =
    [...fields(bytes)]
      .filter((field) => field.number === TENSOR_NAME)
      .map(textField)
      .at(-1) ?? "";
  const tensor = byName.get(name);
  if (tensor === undefined) return bytes;
  const writer = new MessageWriter();
  for (const size of tensor.shape) writer.int(1, size);
  return writer.int(2, elementCode(tensor.dtype)).text(TENSOR_NAME, name).bytes(9, tensor.data).finish();
}
