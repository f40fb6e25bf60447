import { arrayOf, type Attribute, type DataType } from "../ir";
import { MessageWriter } from "../onnx/protobuf";
import { writePort, writeTensor } from "../onnx/write";

/** A hand-made model file for tests; every part can be replaced by something a reader must refuse. */
export interface HandMade {
  readonly opset?: number | undefined;
  readonly nodes?: readonly MessageWriter[];
  readonly initializers?: readonly MessageWriter[];
  readonly inputs?: readonly MessageWriter[];
  readonly outputs?: readonly MessageWriter[];
  readonly extraModel?: (model: MessageWriter) => void;
  readonly extraGraph?: (graph: MessageWriter) => void;
}

export function node(
  op: string,
  inputs: readonly string[],
  outputs: readonly string[],
  o: { name?: string; domain?: string; attributes?: readonly MessageWriter[] } = {},
): MessageWriter {
  const writer = new MessageWriter();
  for (const name of inputs) writer.text(1, name);
  for (const name of outputs) writer.text(2, name);
  writer.text(3, o.name ?? `the ${op}`).text(4, op);
  for (const attribute of o.attributes ?? []) writer.message(5, attribute);
  if (o.domain !== undefined) writer.text(7, o.domain);
  return writer;
}

export function attribute(name: string, value: Attribute): MessageWriter {
  const writer = new MessageWriter().text(1, name);
  if (value.kind === "int") return writer.int(3, value.value).int(20, 2);
  if (value.kind === "float") return writer.float(2, value.value).int(20, 1);
  if (value.kind === "string") return writer.text(4, value.value).int(20, 3);
  if (value.kind === "ints") for (const each of value.value) writer.int(8, each);
  return writer.int(20, 7);
}

export const floatAttribute = (name: string, value: number): MessageWriter =>
  new MessageWriter().text(1, name).float(2, value).int(20, 1);

export const tensor = (
  name: string,
  shape: readonly number[],
  data: readonly number[],
  dtype: DataType = "float32",
): MessageWriter => writeTensor(name, { dtype, shape, data: arrayOf(dtype, data) });

export const port = (name: string, shape: readonly (number | string)[], dtype: DataType = "float32"): MessageWriter =>
  writePort(name, dtype, shape);

/** y = x W with x ["batch", 3] and W [3, 2], unless parts are replaced. */
export function handMade(o: HandMade = {}): Uint8Array {
  const graph = new MessageWriter();
  for (const each of o.nodes ?? [node("MatMul", ["x", "w"], ["y"])]) graph.message(1, each);
  graph.text(2, "hand made");
  for (const each of o.initializers ?? [tensor("w", [3, 2], [1, 2, 3, 4, 5, 6])]) graph.message(5, each);
  for (const each of o.inputs ?? [port("x", ["batch", 3])]) graph.message(11, each);
  for (const each of o.outputs ?? [port("y", ["batch", 2])]) graph.message(12, each);
  o.extraGraph?.(graph);
  const model = new MessageWriter().int(1, 9).message(7, graph);
  if (o.opset !== undefined || !("opset" in o)) model.message(8, new MessageWriter().text(1, "").int(2, o.opset ?? 17));
  o.extraModel?.(model);
  return model.finish();
}
