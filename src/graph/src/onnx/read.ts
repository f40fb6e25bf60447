import type { Attribute, AttributeKind } from "../ir";
import { GraphRefusal } from "../refusal";
import type { ForwardModel, ForwardNode, ForwardPort } from "./model";
import {
  asNumbers,
  bytesField,
  collectFixed,
  collectInts,
  fields,
  intField,
  malformed,
  textField,
  type Field,
} from "./protobuf";
import { readPort } from "./read-port";
import { readTensor } from "./read-tensor";
import { checkModel } from "./check-model";

/** Most nodes, and most bytes, of a model that is read. */
const NODES_MAX = 20_000;
const BYTES_MAX = 2 ** 31 - 1;
const OPSETS = { least: 13, most: 23 };

const ATTRIBUTE_KINDS: Readonly<Record<number, AttributeKind>> = {
  1: "float",
  2: "int",
  3: "string",
  4: "tensor",
  6: "floats",
  7: "ints",
  8: "strings",
};

/**
 * Decodes an ONNX file and refuses everything unsafe before any of it runs: external data, functions, custom domains,
 * strings, sparse tensors, training info, subgraphs, unknown opsets, absurd sizes, broken references. Nesting is bounded
 * by construction: no message type that can contain itself is ever entered.
 */
export function readModel(bytes: Uint8Array): ForwardModel {
  if (bytes.length === 0) malformed("it is empty");
  if (bytes.length > BYTES_MAX)
    throw new GraphRefusal("graph/too-large", {
      reason: "The model file is larger than 2 GiB.",
      fix: "Upload a smaller model.",
    });
  let graph: Uint8Array | undefined;
  let opset: number | undefined;
  for (const field of fields(bytes)) {
    if (field.number === 7) graph = graph === undefined ? bytesField(field) : malformed("it has two graphs");
    else if (field.number === 8) opset = readOpset(bytesField(field)) ?? opset;
    else if (field.number === 20) refuseTrainingInfo();
    else if (field.number === 25) refuseFunctions();
  }
  if (graph === undefined) malformed("it has no graph");
  if (opset === undefined || opset < OPSETS.least || opset > OPSETS.most) {
    throw new GraphRefusal("graph/unsupported-opset", {
      reason: opset === undefined ? "The model names no ONNX opset." : `The model uses ONNX opset ${opset}.`,
      fix: `Export with opset_version between ${OPSETS.least} and ${OPSETS.most}, for example 17.`,
    });
  }
  return checkModel({ opset, ...readGraph(graph) });
}

function refuseTrainingInfo(): never {
  throw new GraphRefusal("graph/training-info", {
    reason: "The model carries training info of its own.",
    fix: "Export the plain forward model; training is derived from it.",
  });
}

function refuseFunctions(): never {
  throw new GraphRefusal("graph/functions", {
    reason: "The model defines local functions.",
    fix: "Export without functions (export_modules_as_functions=False), or inline them with onnx.inliner.",
  });
}

function refuseDomain(domain: string, node?: string, op?: string): never {
  throw new GraphRefusal("graph/custom-domain", {
    reason:
      node === undefined
        ? `The model uses the operator domain "${domain}".`
        : `The node "${node}" uses ${op} of the domain "${domain}".`,
    fix: "Export with standard ONNX operators only.",
    node,
    op,
  });
}

const isStandard = (domain: string): boolean => domain === "" || domain === "ai.onnx";

/** Version of the standard operator set; other sets may be declared, but no node may use them. */
function readOpset(bytes: Uint8Array): number | undefined {
  let domain = "";
  let version = 0;
  for (const field of fields(bytes)) {
    if (field.number === 1) domain = textField(field);
    else if (field.number === 2) version = intField(field);
  }
  return isStandard(domain) ? version : undefined;
}

function readGraph(bytes: Uint8Array): Omit<ForwardModel, "opset"> {
  const nodes: ForwardNode[] = [];
  const initializers: ForwardModel["initializers"] extends ReadonlyMap<infer K, infer V> ? Map<K, V> : never =
    new Map();
  const inputs: ForwardPort[] = [];
  const outputs: ForwardPort[] = [];
  for (const field of fields(bytes)) {
    if (field.number === 1) {
      nodes.push(readNode(bytesField(field), nodes.length));
      if (nodes.length > NODES_MAX)
        throw new GraphRefusal("graph/too-large", {
          reason: `The model has more than ${NODES_MAX} nodes.`,
          fix: "Upload a smaller model.",
        });
    } else if (field.number === 5) {
      const { name, literal } = readTensor(bytesField(field));
      if (initializers.has(name)) refuseDuplicate(name);
      initializers.set(name, literal);
    } else if (field.number === 15) {
      throw new GraphRefusal("graph/sparse-tensor", {
        reason: "The model has sparse initializers.",
        fix: "Export dense weights.",
      });
    } else if (field.number === 11) inputs.push(readPort(bytesField(field)));
    else if (field.number === 12) outputs.push(readPort(bytesField(field)));
  }
  return { nodes, initializers, inputs: inputs.filter((port) => !initializers.has(port.name)), outputs };
}

/** Refuses a name that is given twice. */
function refuseDuplicate(name: string): never {
  throw new GraphRefusal("graph/duplicate-name", {
    reason: `The name "${name}" is given to two tensors.`,
    fix: "Export the model again; every tensor needs a name of its own.",
  });
}

function readNode(bytes: Uint8Array, index: number): ForwardNode {
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributeBytes: Uint8Array[] = [];
  let [name, op, domain] = ["", "", ""];
  for (const field of fields(bytes)) {
    if (field.number === 1) inputs.push(textField(field));
    else if (field.number === 2) outputs.push(textField(field));
    else if (field.number === 3) name = textField(field);
    else if (field.number === 4) op = textField(field);
    else if (field.number === 5) attributeBytes.push(bytesField(field));
    else if (field.number === 7) domain = textField(field);
  }
  const label = name === "" ? `#${index}` : name;
  if (op === "") malformed(`the node "${label}" has no operator`);
  if (!isStandard(domain)) refuseDomain(domain, label, op);
  const attributes: Record<string, Attribute> = Object.create(null) as Record<string, Attribute>;
  for (const each of attributeBytes) {
    const [key, attribute] = readAttribute(each, label, op);
    attributes[key] = attribute;
  }
  while (inputs.length > 0 && inputs[inputs.length - 1] === "") inputs.pop();
  return { name: label, op, inputs, outputs, attributes };
}

function readAttribute(bytes: Uint8Array, node: string, op: string): [string, Attribute] {
  const found = {
    name: "",
    type: 0,
    float: 0,
    int: 0,
    text: "",
    texts: [] as string[],
    floats: [] as number[],
    ints: [] as bigint[],
    tensor: undefined as Uint8Array | undefined,
  };
  for (const field of fields(bytes)) {
    if (field.number === 1) found.name = textField(field);
    else if (field.number === 2) found.float = oneFloat(field);
    else if (field.number === 3) found.int = intField(field);
    else if (field.number === 4) found.text = textField(field);
    else if (field.number === 5) found.tensor = bytesField(field);
    else if (field.number === 7) collectFixed(field, 4, found.floats);
    else if (field.number === 8) collectInts(field, found.ints);
    else if (field.number === 9) found.texts.push(textField(field));
    else if (field.number === 20) found.type = intField(field);
    else if (field.number === 6 || field.number === 11) {
      throw new GraphRefusal("graph/unsupported-operator", {
        reason: `The node "${node}" (${op}) contains a graph of its own; control flow is not supported.`,
        fix: "Export a model without If, Loop or Scan (trace it with fixed control flow).",
        node,
        op,
      });
    }
  }
  const kind = ATTRIBUTE_KINDS[found.type];
  switch (kind) {
    case "float":
      return [found.name, { kind, value: found.float }];
    case "int":
      return [found.name, { kind, value: found.int }];
    case "string":
      return [found.name, { kind, value: found.text }];
    case "floats":
      return [found.name, { kind, value: found.floats }];
    case "strings":
      return [found.name, { kind, value: found.texts }];
    case "ints":
      return [found.name, { kind, value: asNumbers(found.ints) }];
    case "tensor":
      return [
        found.name,
        { kind, value: readTensor(found.tensor ?? malformed("a tensor attribute is empty")).literal },
      ];
    default:
      throw new GraphRefusal("graph/unsupported-attribute", {
        reason: `The attribute "${found.name}" of the node "${node}" (${op}) has a type that is not supported.`,
        fix: "Export with standard operators and plain attributes.",
        node,
        op,
      });
  }
}

function oneFloat(field: Field): number {
  const into: number[] = [];
  collectFixed(field, 4, into);
  return into[0] ?? malformed("an attribute holds no number");
}
