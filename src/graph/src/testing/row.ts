import type { Attributes, StoredType } from "../ir";
import { sizeOf } from "../ir";
import { noise, type Numbers } from "./runtime";

/** An operand of a row: fed at run time, or written into the model as a constant. */
export interface Operand extends Numbers {
  readonly constant: boolean;
}

/** One row of the operator table: a node, an independent reference for it, and whether its gradient is checked. */
export interface Row {
  readonly op: string;
  readonly note?: string;
  readonly inputs: readonly (Operand | undefined)[];
  readonly attributes?: Attributes;
  /** Number of outputs of the node, and the one that is compared; the first, unless another is named. */
  readonly outputs?: number;
  readonly compared?: number;
  /** Opset of the file that the node stands in; 20 when absent. */
  readonly opset?: number;
  /** Present when the runtime has no kernel to compare with, or one that is known to be wrong; says which. */
  readonly withoutRuntime?: string;
  readonly reference: (...inputs: Numbers[]) => Numbers;
  /** Present when the runtime has no float64 kernel, so the derivative is evaluated in float32. */
  readonly float32?: true;
  /** Present when the row is about values only. */
  readonly valuesOnly?: true;
}

/** A fed float operand with numbers in [low, high], no two of them alike. */
export function fed(shape: readonly number[], low = -1, high = 1, seed = 1): Operand {
  const data = noise(sizeOf(shape), seed).map((x) => low + ((x + 1) / 2) * (high - low));
  return { dtype: "float32", shape, data: data.map(Math.fround), constant: false };
}

/** A fed operand with these very numbers. */
export function given(dtype: StoredType, shape: readonly number[], data: readonly number[]): Operand {
  return { dtype, shape, data, constant: false };
}

/** An operand written into the model. */
export function fixed(dtype: StoredType, shape: readonly number[], data: readonly number[]): Operand {
  return { dtype, shape, data, constant: true };
}

/** A constant list of int64 numbers. */
export const list = (...data: number[]): Operand => fixed("int64", [data.length], data);
