/** Element types a job's tensors may have, by their ONNX names. */
export const TENSOR_DATA_TYPES = ["float32", "float64", "int64", "int32", "uint8", "bool"] as const;
export type TensorDataType = (typeof TENSOR_DATA_TYPES)[number];

/** A named tensor as raw little-endian, row-major bytes. */
export interface NamedTensor {
  readonly name: string;
  readonly dtype: TensorDataType;
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

const BYTES: Record<TensorDataType, number> = { float32: 4, float64: 8, int64: 8, int32: 4, uint8: 1, bool: 1 };

/** Bytes one element takes. */
export function elementBytes(dtype: TensorDataType): number {
  return BYTES[dtype];
}

/** Product of a shape's dimensions; 1 for a scalar. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, dimension) => product * dimension, 1);
}

/** Sorts by name in code-unit order: the one order in which a state is hashed and stored. */
export function inNameOrder<T extends { readonly name: string }>(tensors: readonly T[]): T[] {
  return [...tensors].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}
