import type { Graph } from "../ir";
import { bytesOf, type Attribute, type DataType, type Literal, type Node, type Value } from "../ir";
import { findOperator } from "../ops";
import { elementCode } from "./model";
import { MessageWriter } from "./protobuf";

/** Opset and file version of every model we emit. */
const OPSET = 20;
const IR_VERSION = 9;
const ATTRIBUTE_CODE: Readonly<Record<Attribute["kind"], number>> = {
  float: 1,
  int: 2,
  string: 3,
  tensor: 4,
  graph: 5,
  floats: 6,
  ints: 7,
  strings: 8,
};

export interface WriteOptions {
  /** Symbolic names of dimensions by port name and axis. */
  readonly symbolic?: ReadonlyMap<string, ReadonlyMap<number, string>>;
  /** Names by which values are known outside; the others keep their own. */
  readonly names?: ReadonlyMap<Value, string>;
}

/** Encodes a graph as an ONNX model. Parameters with initial data become initializers when they are not inputs. */
export function writeModel(graph: Graph, options: WriteOptions = {}): Uint8Array {
  const context = new ModelWriter(options);
  const body = context.graph(graph, "main", new Set());
  const model = new MessageWriter().int(1, IR_VERSION).text(2, "trainyard").message(7, body);
  model.message(8, new MessageWriter().text(1, "").int(2, OPSET));
  if (context.usesContrib) model.message(8, new MessageWriter().text(1, "com.microsoft").int(2, 1));
  return model.finish();
}

class ModelWriter {
  usesContrib = false;
  private count = 0;

  constructor(private readonly options: WriteOptions) {}

  private name(value: Value | undefined): string {
    return value === undefined ? "" : (this.options.names?.get(value) ?? value.name);
  }

  /** `outer` holds the constants that an enclosing graph writes already. */
  graph(graph: Graph, name: string, outer: ReadonlySet<Value>): MessageWriter {
    const literals = constantsOf(graph, outer);
    const visible = new Set([...outer, ...literals]);
    const writer = new MessageWriter();
    const used = usedValues(graph);
    for (const node of graph.nodes) writer.message(1, this.node(node, used, visible));
    writer.text(2, name);
    for (const value of literals) writer.message(5, writeTensor(this.name(value), value));
    for (const value of graph.inputs) writer.message(11, this.port(value));
    for (const value of graph.outputs) writer.message(12, this.port(value));
    return writer;
  }

  private node(node: Node, used: ReadonlySet<Value>, visible: ReadonlySet<Value>): MessageWriter {
    const writer = new MessageWriter();
    for (const value of node.inputs) writer.text(1, this.name(value));
    const optional = findOperator(node.op)?.optionalOutputs === true;
    const needed = node.outputs.map((value, i) => i === 0 || !optional || used.has(value));
    for (const [i, value] of node.outputs.slice(0, needed.lastIndexOf(true) + 1).entries())
      writer.text(2, needed[i] === true ? this.name(value) : "");
    writer.text(3, `${node.op}/${this.count++}`).text(4, node.op);
    for (const [name, attribute] of Object.entries(node.attributes))
      writer.message(5, this.attribute(name, attribute, visible));
    const domain = findOperator(node.op)?.domain;
    if (domain !== undefined) {
      writer.text(7, domain);
      this.usesContrib = true;
    }
    return writer;
  }

  private attribute(name: string, attribute: Attribute, visible: ReadonlySet<Value>): MessageWriter {
    const writer = new MessageWriter().text(1, name);
    switch (attribute.kind) {
      case "float":
        writer.float(2, attribute.value);
        break;
      case "int":
        writer.int(3, attribute.value);
        break;
      case "string":
        writer.text(4, attribute.value);
        break;
      case "tensor":
        writer.message(5, writeTensor("", attribute.value));
        break;
      case "graph":
        writer.message(6, this.graph(attribute.value, "step", visible));
        break;
      case "floats":
        for (const value of attribute.value) writer.float(7, value);
        break;
      case "ints":
        for (const value of attribute.value) writer.int(8, value);
        break;
      case "strings":
        for (const value of attribute.value) writer.text(9, value);
        break;
    }
    return writer.int(20, ATTRIBUTE_CODE[attribute.kind]);
  }

  private port(value: Value): MessageWriter {
    const symbolic = this.options.symbolic?.get(this.name(value));
    return writePort(
      this.name(value),
      value.dtype,
      value.shape.map((size, axis) => symbolic?.get(axis) ?? size),
    );
  }
}

function constantsOf(graph: Graph, outer: ReadonlySet<Value>): Set<Value> {
  const found = new Set<Value>();
  const ports = new Set(graph.inputs);
  const consider = (value: Value | undefined): void => {
    if (value !== undefined && !outer.has(value) && !ports.has(value) && (value.data ?? value.initial) !== undefined)
      found.add(value);
  };
  for (const node of graph.nodes) node.inputs.forEach(consider);
  graph.outputs.forEach(consider);
  return found;
}

/** Values that something reads, inside bodies too. */
function usedValues(graph: Graph): Set<Value> {
  const used = new Set<Value>(graph.outputs);
  for (const node of graph.nodes) for (const value of node.inputs) if (value !== undefined) used.add(value);
  return used;
}

/** Encodes a TensorProto with raw little-endian data. */
export function writeTensor(name: string, literal: Literal | Value): MessageWriter {
  const writer = new MessageWriter();
  for (const size of literal.shape) writer.int(1, size);
  const data = literal.data ?? ("initial" in literal ? literal.initial : undefined);
  const bytes =
    data === undefined
      ? new Uint8Array(bytesOf(literal))
      : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return writer.int(2, elementCode(literal.dtype)).text(8, name).bytes(9, bytes);
}

/** Encodes a ValueInfoProto of a tensor. */
export function writePort(name: string, dtype: DataType, shape: readonly (number | string)[]): MessageWriter {
  const dims = new MessageWriter();
  for (const size of shape)
    dims.message(1, typeof size === "number" ? new MessageWriter().int(1, size) : new MessageWriter().text(2, size));
  const type = new MessageWriter().message(1, new MessageWriter().int(1, elementCode(dtype)).message(2, dims));
  return new MessageWriter().text(1, name).message(2, type);
}
