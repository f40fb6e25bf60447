import type { Attribute, Attributes, DataType, TypedArray } from "../ir";
import { MessageWriter } from "../onnx/protobuf";
import { writePort, writeTensor } from "../onnx/write";
import { uniform } from "./random";

type Port = readonly [name: string, dtype: DataType, shape: readonly (number | string)[]];

/** Writes a forward model node by node, with the batch left symbolic. Values go by name, as in the file. */
export class TemplateWriter {
  private readonly nodes: MessageWriter[] = [];
  private readonly initializers: MessageWriter[] = [];
  private streams = 0;

  constructor(private readonly seed: number) {}

  tensor(name: string, dtype: DataType, shape: readonly number[], data: TypedArray): string {
    this.initializers.push(writeTensor(name, { dtype, shape, data }));
    return name;
  }

  /** Weights drawn uniformly from [-bound, bound]. */
  weights(name: string, shape: readonly number[], bound: number): string {
    const count = shape.reduce((product, size) => product * size, 1);
    return this.tensor(name, "float32", shape, uniform(this.seed, this.streams++, count, bound));
  }

  filled(name: string, size: number, value: number): string {
    return this.tensor(name, "float32", [size], new Float32Array(size).fill(value));
  }

  numbers(name: string, values: readonly number[]): string {
    return this.tensor(name, "int64", [values.length], BigInt64Array.from(values.map((value) => BigInt(value))));
  }

  node(op: string, inputs: readonly string[], output: string | readonly string[], attributes: Attributes = {}): string {
    const outputs = typeof output === "string" ? [output] : output;
    const writer = new MessageWriter();
    for (const name of inputs) writer.text(1, name);
    for (const name of outputs) writer.text(2, name);
    writer.text(3, outputs[0] ?? op).text(4, op);
    for (const [name, attribute] of Object.entries(attributes)) writer.message(5, attributeMessage(name, attribute));
    this.nodes.push(writer);
    return outputs[0] ?? "";
  }

  finish(input: Port, output: Port): Uint8Array {
    const graph = new MessageWriter();
    for (const node of this.nodes) graph.message(1, node);
    graph.text(2, "forward");
    for (const initializer of this.initializers) graph.message(5, initializer);
    graph.message(11, writePort(...input)).message(12, writePort(...output));
    const opset = new MessageWriter().text(1, "").int(2, 20);
    return new MessageWriter().int(1, 9).text(2, "trainyard").message(7, graph).message(8, opset).finish();
  }
}

function attributeMessage(name: string, attribute: Attribute): MessageWriter {
  const writer = new MessageWriter().text(1, name);
  if (attribute.kind === "int") return writer.int(3, attribute.value).int(20, 2);
  if (attribute.kind === "float") return writer.float(2, attribute.value).int(20, 1);
  if (attribute.kind === "string") return writer.text(4, attribute.value).int(20, 3);
  if (attribute.kind !== "ints") throw new TypeError(`Templates have no ${attribute.kind} attributes.`);
  for (const value of attribute.value) writer.int(8, value);
  return writer.int(20, 7);
}
