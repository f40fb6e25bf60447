import type { Builder } from "../builder";
import { sizeOf, type DataType, type Value } from "../ir";
import { GraphRefusal } from "../refusal";
import { dim } from "../shape";

/** Losses of a batch: one a row, with the rows of one example together. */
export interface Losses {
  /** Loss of each row, float32 [rows]. */
  readonly each: Value;
  /** 1 for rows that count and 0 for ignored ones, float32 [rows]; undefined when all count. */
  readonly counts: Value | undefined;
  /** 1 where the prediction is right, float32 [rows]; undefined where right and wrong mean nothing. */
  readonly correct: Value | undefined;
}

/** Throws a refusal about labels that do not fit a loss. */
export function refuseLoss(reason: string, fix: string): never {
  throw new GraphRefusal("graph/loss-mismatch", { reason, fix });
}

/** Prediction and labels of one shape as rows [examples, numbers], labels in the prediction's type. */
export function asRows(b: Builder, name: string, prediction: Value, labels: Value): [Value, Value, number] {
  if (sizeOf(prediction.shape) !== sizeOf(labels.shape) || prediction.shape[0] !== labels.shape[0]) {
    refuseLoss(
      `${name} needs labels of the prediction's shape; it got [${prediction.shape.join(", ")}] and [${labels.shape.join(", ")}].`,
      "Choose another output or other labels.",
    );
  }
  const examples = dim(prediction.shape, 0);
  const flat = [examples, sizeOf(prediction.shape) / Math.max(1, examples)];
  return [b.reshape(prediction, flat), b.reshape(b.cast(labels, prediction.dtype), flat), flat[1] ?? 1];
}

export const isInteger = (dtype: DataType): boolean => dtype !== "float32" && dtype !== "float64" && dtype !== "bool";
