import { GraphRefusal } from "../refusal";
import type { ForwardPort } from "./model";
import { bytesField, fields, intField, malformed, textField } from "./protobuf";
import { elementType } from "./read-tensor";

/** Reads a ValueInfoProto of a graph input or output; refuses what is no dense tensor with a shape. */
export function readPort(bytes: Uint8Array): ForwardPort {
  let name = "";
  let code = 0;
  let shape: (number | string)[] | undefined;
  for (const field of fields(bytes)) {
    if (field.number === 1) name = textField(field);
    if (field.number !== 2) continue;
    for (const type of fields(bytesField(field))) {
      if (type.number !== 1) {
        if (type.number === 8)
          throw new GraphRefusal("graph/sparse-tensor", {
            reason: `"${name}" is a sparse tensor.`,
            fix: "Export dense tensors.",
          });
        if (type.number < 6) malformed(`"${name}" is not a tensor`);
        continue;
      }
      for (const part of fields(bytesField(type))) {
        if (part.number === 1) code = intField(part);
        else if (part.number === 2)
          shape = [...fields(bytesField(part))]
            .filter((dim) => dim.number === 1)
            .map((dim) => readDimension(bytesField(dim)));
      }
    }
  }
  return { name, dtype: elementType(code, `"${name}"`), shape: shape ?? malformed(`"${name}" has no shape`) };
}

/** A size, the name of a symbolic dimension, or "?" for one without a name. */
function readDimension(bytes: Uint8Array): number | string {
  let size: number | string = "?";
  for (const field of fields(bytes)) {
    if (field.number === 1) size = intField(field);
    else if (field.number === 2) size = textField(field) || "?";
  }
  return size;
}
