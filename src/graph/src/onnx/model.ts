import type { Attributes, DataType, Literal } from "../ir";

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
  readonly dtype: DataType;
  readonly shape: readonly (number | string)[];
}

/** ONNX codes of element types. */
export const ELEMENT_TYPES: ReadonlyMap<number, DataType> = new Map([
  [1, "float32"],
  [2, "uint8"],
  [6, "int32"],
  [7, "int64"],
  [9, "bool"],
  [11, "float64"],
  [12, "uint32"],
]);

export const elementCode = (dtype: DataType): number =>
  [...ELEMENT_TYPES].find(([, known]) => known === dtype)?.[0] ?? 0;
