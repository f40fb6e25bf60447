import type { Attributes, DataType, HalfType, Literal, StoredType } from "../ir";

/** A forward model as its file says, checked for everything that can be checked without knowing operators. */
export interface ForwardModel {
  readonly opset: number;
  readonly nodes: readonly ForwardNode[];
  readonly initializers: ReadonlyMap<string, Literal>;
  readonly inputs: readonly ForwardPort[];
  readonly outputs: readonly ForwardPort[];
}

/** A node with names for operands; an empty name is an operand left out. */
export interface ForwardNode {
  readonly name: string;
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Attributes;
}

/** A graph input or output; text in the shape is a symbolic dimension. */
export interface ForwardPort {
  readonly name: string;
  readonly dtype: StoredType;
  readonly shape: readonly (number | string)[];
}

/** ONNX codes of the element types that are read. */
export const ELEMENT_TYPES: ReadonlyMap<number, StoredType> = new Map([
  [1, "float32"],
  [2, "uint8"],
  [6, "int32"],
  [7, "int64"],
  [9, "bool"],
  [11, "float64"],
  [12, "uint32"],
]);

/** ONNX codes of the element types that only graphs of ours have. */
export const HALF_TYPES: ReadonlyMap<number, HalfType> = new Map([
  [10, "float16"],
  [16, "bfloat16"],
]);

const INT8 = [3, "int8"] as const;

export const elementCode = (dtype: DataType): number =>
  [...ELEMENT_TYPES, ...HALF_TYPES, INT8].find(([, known]) => known === dtype)?.[0] ?? 0;
