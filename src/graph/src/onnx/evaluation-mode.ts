import { bytesField, fields, MessageWriter, spliced, textField, type Field } from "./protobuf";

/** Fields of GraphProto and NodeProto. */
const NODE = 1;
const INPUT = 1;
const OUTPUT = 2;
const OPERATOR = 4;
const ATTRIBUTE = 5;
const ATTRIBUTE_NAME = 1;

/** An encoded GraphProto with the nodes that behave otherwise in training set to evaluation; all else stays as it is. */
export function evaluating(graph: Uint8Array): Uint8Array {
  return spliced(graph, NODE, evaluatingNode);
}

function evaluatingNode(node: Uint8Array): Uint8Array {
  const all = [...fields(node)];
  const operator = all.find((field) => field.number === OPERATOR);
  const op = operator === undefined ? "" : textField(operator);
  if (op === "Dropout") return without(node, all, (field, count) => field.number === INPUT && count >= 2);
  if (op !== "BatchNormalization") return node;
  return without(
    node,
    all,
    (field, count) =>
      (field.number === OUTPUT && count >= 1) ||
      (field.number === ATTRIBUTE && attributeName(bytesField(field)) === "training_mode"),
  );
}

/** Leaves out fields; `count` is how many of the same number came before. */
function without(node: Uint8Array, all: readonly Field[], drop: (field: Field, count: number) => boolean): Uint8Array {
  const writer = new MessageWriter();
  const met = new Map<number, number>();
  for (const field of all) {
    const count = met.get(field.number) ?? 0;
    met.set(field.number, count + 1);
    if (!drop(field, count)) writer.copy(node, field);
  }
  return writer.finish();
}

function attributeName(attribute: Uint8Array): string {
  const name = [...fields(attribute)].find((field) => field.number === ATTRIBUTE_NAME);
  return name === undefined ? "" : textField(name);
}
