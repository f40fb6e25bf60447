import { GraphRefusal } from "./refusal";

/** Element types that models and states may hold. */
export type StoredType = "float32" | "float64" | "int64" | "int32" | "uint32" | "uint8" | "bool";
/** Element types that stand between two casts only; no constant has them. */
export type HalfType = "float16" | "bfloat16";
/** Element types that values may have; int8 is one side of an integer product. */
export type DataType = StoredType | HalfType | "int8";
export type TypedArray =
  Float32Array | Float64Array | BigInt64Array | Int32Array | Uint32Array | Uint8Array | Int8Array;

export interface TensorType {
  readonly dtype: DataType;
  readonly shape: readonly number[];
}

/** A tensor whose elements are known at compile time, row-major. */
export interface Literal extends TensorType {
  readonly data: TypedArray;
}

/** One tensor of a graph. A value with `data` is a constant; one with `initial` is a parameter that starts there. */
export interface Value extends TensorType {
  readonly name: string;
  readonly data?: TypedArray;
  readonly initial?: TypedArray;
  producer?: Node;
}

export type Attribute =
  | { readonly kind: "int"; readonly value: number }
  | { readonly kind: "float"; readonly value: number }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "ints"; readonly value: readonly number[] }
  | { readonly kind: "floats"; readonly value: readonly number[] }
  | { readonly kind: "strings"; readonly value: readonly string[] }
  | { readonly kind: "tensor"; readonly value: Literal }
  | { readonly kind: "graph"; readonly value: Graph };
export type AttributeKind = Attribute["kind"];
export type Attributes = Readonly<Record<string, Attribute>>;

/** One operator application. `label` is the node's name in the buyer's model when it came from there. */
export interface Node {
  readonly op: string;
  inputs: readonly (Value | undefined)[];
  readonly outputs: readonly Value[];
  readonly attributes: Attributes;
}

/** Nodes in topological order between inputs and outputs. Values of an enclosing graph may be used freely. */
export class Graph {
  nodes: Node[] = [];
  inputs: Value[] = [];
  outputs: Value[] = [];
}

/** Largest tensor that is accepted anywhere, in elements. */
export const ELEMENTS_MAX = 2 ** 31;

export const elementBytes: Readonly<Record<DataType, number>> = {
  float32: 4,
  float64: 8,
  float16: 2,
  bfloat16: 2,
  int64: 8,
  int32: 4,
  uint32: 4,
  uint8: 1,
  int8: 1,
  bool: 1,
};

export const isHalf = (dtype: DataType): dtype is HalfType => dtype === "float16" || dtype === "bfloat16";

export const isFloat = (dtype: DataType): boolean => dtype === "float32" || dtype === "float64" || isHalf(dtype);

/** Number of elements of a shape; exact because every shape passed `checkedShape`. */
export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, dim) => product * dim, 1);

export const bytesOf = (type: TensorType): number => sizeOf(type.shape) * elementBytes[type.dtype];

export const sameShape = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((dim, index) => dim === b[index]);

/** Returns the shape when every dimension is a natural number and the product is sane, else refuses. */
export function checkedShape(shape: readonly number[], what: string): readonly number[] {
  let product = 1n;
  for (const dim of shape) {
    if (!Number.isSafeInteger(dim) || dim < 0) refuseShape(shape, what);
    product *= BigInt(dim);
    if (product > BigInt(ELEMENTS_MAX)) refuseShape(shape, what);
  }
  if (shape.length > 16) refuseShape(shape, what);
  return shape;
}

function refuseShape(shape: readonly number[], what: string): never {
  throw new GraphRefusal("graph/absurd-shape", {
    reason: `The shape [${shape.slice(0, 16).join(", ")}] of ${what} is not usable: a tensor holds at most 2^31 elements.`,
    fix: "Export the model again with ordinary dimensions.",
  });
}

/** A new zeroed array for elements of the type. */
export function emptyArray(dtype: DataType, length: number): TypedArray {
  switch (dtype) {
    case "float32":
      return new Float32Array(length);
    case "float64":
      return new Float64Array(length);
    case "int64":
      return new BigInt64Array(length);
    case "int32":
      return new Int32Array(length);
    case "uint32":
      return new Uint32Array(length);
    case "int8":
      return new Int8Array(length);
    default:
      return new Uint8Array(length);
  }
}

/** Doubles at and beyond 2^63 stand for the largest int64, which exporters write for "to the end". */
const INT64_MAX = 2n ** 63n - 1n;
const toInt64 = (value: number): bigint => (value >= 2 ** 63 ? INT64_MAX : BigInt(Math.trunc(value)));

/** An array of the type holding the numbers, rounded as the type rounds; int64 saturates. */
export function arrayOf(dtype: DataType, values: ArrayLike<number>): TypedArray {
  const array = emptyArray(dtype, values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? 0;
    if (array instanceof BigInt64Array) array[i] = toInt64(value);
    else array[i] = value;
  }
  return array;
}

/** The elements as numbers; int64 beyond 2^53 saturates to the nearest double. */
export function numbersOf(data: TypedArray): number[] {
  return data instanceof BigInt64Array ? Array.from(data, Number) : Array.from(data);
}

/** Elements known at compile time: those of a constant, or the initial ones of a parameter. */
export function knownNumbers(value: Value | undefined): number[] | undefined {
  const data = value?.data ?? value?.initial;
  return data === undefined ? undefined : numbersOf(data);
}

export const int = (value: number): Attribute => ({ kind: "int", value });
export const float = (value: number): Attribute => ({ kind: "float", value });
export const ints = (value: readonly number[]): Attribute => ({ kind: "ints", value });
export const text = (value: string): Attribute => ({ kind: "string", value });

export function intAttribute(node: { attributes: Attributes }, name: string, otherwise: number): number {
  const attribute = node.attributes[name];
  return attribute?.kind === "int" ? attribute.value : otherwise;
}

export function floatAttribute(node: { attributes: Attributes }, name: string, otherwise: number): number {
  const attribute = node.attributes[name];
  return attribute?.kind === "float" ? attribute.value : otherwise;
}

export function textAttribute(node: { attributes: Attributes }, name: string, otherwise: string): string {
  const attribute = node.attributes[name];
  return attribute?.kind === "string" ? attribute.value : otherwise;
}

export function intsAttribute(node: { attributes: Attributes }, name: string): readonly number[] | undefined {
  const attribute = node.attributes[name];
  return attribute?.kind === "ints" ? attribute.value : undefined;
}

export function textsAttribute(node: { attributes: Attributes }, name: string): readonly string[] | undefined {
  const attribute = node.attributes[name];
  return attribute?.kind === "strings" ? attribute.value : undefined;
}
