import type { Builder } from "../builder";
import type { Value } from "../ir";
import { asRows, type Losses } from "./rows";

/** Predictions against numbers of the same shape; the loss of an example is the mean over its numbers. */
export interface Regression {
  readonly kind: "meanSquaredError" | "meanAbsoluteError" | "huber";
  /** Huber's boundary between square and line (Huber 1964); 1 by default. */
  readonly delta?: number | undefined;
}

const NAMES: Readonly<Record<Regression["kind"], string>> = {
  meanSquaredError: "Mean squared error",
  meanAbsoluteError: "Mean absolute error",
  huber: "The Huber loss",
};

export function regression(b: Builder, choice: Regression, prediction: Value, labels: Value): Losses {
  const [rows, wanted] = asRows(b, NAMES[choice.kind], prediction, labels);
  const each = penalty(b, choice, b.sub(rows, wanted));
  return { each: b.reduce("ReduceMean", each, [1], false), counts: undefined, correct: undefined };
}

function penalty(b: Builder, { kind, delta = 1 }: Regression, difference: Value): Value {
  if (kind === "meanSquaredError") return b.mul(difference, difference);
  const distance = b.op("Abs", [difference]);
  if (kind === "meanAbsoluteError") return distance;
  // delta (|d| - delta/2) beyond delta, d^2/2 within: both from the part of |d| that delta caps.
  const capped = b.op("Min", [distance, b.scalar(distance.dtype, delta)]);
  return b.mul(capped, b.sub(distance, b.scale(capped, 0.5)));
}
