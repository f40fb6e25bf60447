import { bytesOf, checkedShape, emptyArray, sizeOf, type Literal, type StoredType } from "../ir";
import { GraphRefusal } from "../refusal";
import { ELEMENT_TYPES } from "./model";
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

interface RawTensor {
  name: string;
  code: number;
  readonly dims: bigint[];
  readonly floats: number[];
  readonly doubles: number[];
  readonly ints: bigint[];
  raw?: Uint8Array;
}

/** Reads a TensorProto. Refuses external data, strings, segments and sizes that do not match the shape. */
export function readTensor(bytes: Uint8Array): { name: string; literal: Literal } {
  const tensor: RawTensor = { name: "", code: 0, dims: [], floats: [], doubles: [], ints: [] };
  for (const field of fields(bytes)) takeField(tensor, field);
  const what = `the tensor "${tensor.name}"`;
  const dtype = elementType(tensor.code, what);
  const shape = checkedShape(asNumbers(tensor.dims), what);
  return { name: tensor.name, literal: { dtype, shape, data: elements(tensor, dtype, shape, what) } };
}

function takeField(tensor: RawTensor, field: Field): void {
  switch (field.number) {
    case 1:
      return collectInts(field, tensor.dims);
    case 2:
      tensor.code = intField(field);
      return;
    case 3:
      return malformed("a tensor is cut into segments");
    case 4:
      return collectFixed(field, 4, tensor.floats);
    case 5:
    case 7:
      return collectInts(field, tensor.ints);
    case 6:
      return refuseStrings(tensor.name);
    case 8:
      tensor.name = textField(field);
      return;
    case 9:
      tensor.raw = bytesField(field);
      return;
    case 10:
      return collectFixed(field, 8, tensor.doubles);
    case 13:
      return refuseExternal(tensor.name);
    case 14:
      if (intField(field) !== 0) refuseExternal(tensor.name);
      return;
  }
}

function refuseExternal(name: string): never {
  throw new GraphRefusal("graph/external-data", {
    reason: `The tensor "${name}" keeps its data in another file.`,
    fix: "Save the model as one file (onnx.save with save_as_external_data=False).",
  });
}

function refuseStrings(name: string): never {
  throw new GraphRefusal("graph/string-tensor", {
    reason: `The tensor "${name}" holds strings.`,
    fix: "Export a model that works on numbers only; tokenise outside the model.",
  });
}

/** The element type of an ONNX code; refuses the ones that are not trained here. */
export function elementType(code: number, what: string): StoredType {
  if (code === 8) refuseStrings(what);
  const dtype = ELEMENT_TYPES.get(code);
  if (dtype !== undefined) return dtype;
  throw new GraphRefusal("graph/unsupported-type", {
    reason: `The element type of ${what} (ONNX type ${code}) is not supported.`,
    fix: "Export the model in float32 (model.float()) with integer inputs as int64.",
  });
}

function elements(tensor: RawTensor, dtype: StoredType, shape: readonly number[], what: string): Literal["data"] {
  const count = sizeOf(shape);
  const { raw } = tensor;
  if (raw !== undefined) {
    if (raw.length !== bytesOf({ dtype, shape }))
      malformed(`${what} has ${raw.length} bytes for the shape [${shape.join(", ")}]`);
    const data = emptyArray(dtype, count);
    new Uint8Array(data.buffer).set(raw);
    return data;
  }
  const lists: Readonly<Record<StoredType, readonly (number | bigint)[]>> = {
    float32: tensor.floats,
    float64: tensor.doubles,
    int64: tensor.ints,
    int32: tensor.ints,
    uint32: tensor.ints,
    uint8: tensor.ints,
    bool: tensor.ints,
  };
  const list = lists[dtype];
  if (list.length !== count) malformed(`${what} has ${list.length} elements for the shape [${shape.join(", ")}]`);
  const data = emptyArray(dtype, count);
  for (const [i, value] of list.entries()) {
    if (data instanceof BigInt64Array) data[i] = BigInt(value);
    else data[i] = Number(value);
  }
  return data;
}
