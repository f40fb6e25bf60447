import { arrayOf, type Attribute } from "../ir";
import { MessageWriter } from "../onnx/protobuf";
import { writePort, writeTensor } from "../onnx/write";
import type { Row } from "./row";

/** The row's node alone in an ONNX file, as an exporter would write it: inputs "x<i>", outputs "y<i>". */
export function rowModel(row: Row, opset = row.opset ?? 20): Uint8Array {
  const node = new MessageWriter();
  row.inputs.forEach((operand, i) => node.text(1, operand === undefined ? "" : `x${i}`));
  const outputs = row.outputs ?? 1;
  const compared = row.compared ?? 0;
  for (let i = 0; i < outputs; i++) node.text(2, `y${i}`);
  node.text(3, "node").text(4, row.op);
  for (const [name, attribute] of Object.entries(row.attributes ?? {})) node.message(5, attributeOf(name, attribute));
  const graph = new MessageWriter().message(1, node).text(2, "row");
  const wanted = row.reference(...row.inputs.flatMap((operand) => (operand === undefined ? [] : [operand])));
  row.inputs.forEach((operand, i) => {
    if (operand === undefined) return;
    const { dtype, shape, data, constant } = operand;
    if (constant) graph.message(5, writeTensor(`x${i}`, { dtype, shape, data: arrayOf(dtype, data) }));
    else graph.message(11, writePort(`x${i}`, dtype, shape));
  });
  const dtype = row.inputs[0]?.dtype === "float64" && wanted.dtype === "float32" ? "float64" : wanted.dtype;
  graph.message(12, writePort(`y${compared}`, dtype, wanted.shape));
  const set = new MessageWriter().text(1, "").int(2, opset);
  return new MessageWriter()
    .int(1, opset > 21 ? 11 : 9)
    .message(7, graph)
    .message(8, set)
    .finish();
}

const CODES = { float: 1, int: 2, string: 3, tensor: 4, floats: 6, ints: 7, strings: 8, graph: 5 } as const;

function attributeOf(name: string, attribute: Attribute): MessageWriter {
  const writer = new MessageWriter().text(1, name);
  if (attribute.kind === "float") writer.float(2, attribute.value);
  else if (attribute.kind === "int") writer.int(3, attribute.value);
  else if (attribute.kind === "string") writer.text(4, attribute.value);
  else if (attribute.kind === "ints") for (const value of attribute.value) writer.int(8, value);
  else if (attribute.kind === "strings") for (const value of attribute.value) writer.text(9, value);
  else if (attribute.kind === "tensor") writer.message(5, writeTensor("", attribute.value));
  return writer.int(20, CODES[attribute.kind]);
}
