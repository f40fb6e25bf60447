import type { Builder } from "../builder";
import { sizeOf, type Value } from "../ir";
import { dim } from "../shape";
import { binaryCrossEntropy } from "./binary-cross-entropy";
import {
  classAxisOf,
  countedLabels,
  crossEntropy,
  nextToken,
  type CrossEntropy,
  type NextToken,
} from "./cross-entropy";
import { distillation, type Distillation } from "./distillation";
import type { Losses } from "./rows";
import { regression, type Regression } from "./regression";

/** What is minimised. `output` names the model's output it is taken of; the first by default. */
export type LossChoice = (
  CrossEntropy | NextToken | Regression | { readonly kind: "binaryCrossEntropy" } | Distillation
) & {
  readonly output?: string | undefined;
};

/** Shape of the labels of a prediction. */
export function labelShape(choice: LossChoice, prediction: readonly number[]): readonly number[] {
  if (choice.kind === "crossEntropy") {
    const axis = classAxisOf(choice, prediction.length);
    return prediction.filter((_, i) => i !== axis);
  }
  return choice.kind === "nextToken" ? prediction.slice(0, -1) : prediction;
}

export function lossesOf(b: Builder, choice: LossChoice, prediction: Value, labels: Value): Losses {
  switch (choice.kind) {
    case "crossEntropy":
      return crossEntropy(b, choice, prediction, labels);
    case "nextToken":
      return nextToken(b, choice, prediction, labels);
    case "binaryCrossEntropy":
      return binaryCrossEntropy(b, prediction, labels);
    case "distillation":
      return distillation(b, choice, prediction, labels);
    default:
      return regression(b, choice, prediction, labels);
  }
}

/** Sum of the losses that count over a batch or a part of it, and how many they are: two scalars. */
export function lossSum(
  b: Builder,
  choice: LossChoice,
  prediction: Value,
  labels: Value,
): { sum: Value; count: Value } {
  const { each, counts } = lossesOf(b, choice, prediction, labels);
  if (counts === undefined) return { sum: b.sum(each, [0]), count: b.scalar("float32", sizeOf(each.shape)) };
  return { sum: b.sum(b.mul(each, counts), [0]), count: b.sum(counts, [0]) };
}

/** How many labels of a batch count, when that depends on them. */
export function countOf(b: Builder, choice: LossChoice, labels: Value): Value | undefined {
  const counts =
    choice.kind === "crossEntropy" || choice.kind === "nextToken" ? countedLabels(b, choice, labels) : undefined;
  return counts === undefined ? undefined : b.sum(counts, [0]);
}

/** The mean of a sum over what counts; zero where nothing does. */
export function meanOf(b: Builder, { sum, count }: { sum: Value; count: Value }): Value {
  const divisor = count.data === undefined ? b.op("Max", [count, b.scalar("float32", 1)]) : count;
  return b.div(sum, divisor);
}

/**
 * Sums over a batch of examples weighted by `weight` [examples]: the loss, right predictions, and how many rows counted.
 * A weight of zero leaves an example out. Labels are never smoothed here: that is a means of training, and the figure is to
 * be comparable between runs.
 */
export function evaluationSums(
  b: Builder,
  choice: LossChoice,
  prediction: Value,
  labels: Value,
  weight: Value,
): { lossSum: Value; correct: Value; counted: Value } {
  const sharp = "labelSmoothing" in choice ? { ...choice, labelSmoothing: 0 } : choice;
  const { each, counts, correct } = lossesOf(b, sharp, prediction, labels);
  const examples = dim(weight.shape, 0);
  const rows = sizeOf(each.shape);
  const spread = b.reshape(b.expand(b.reshape(weight, [examples, 1]), [examples, rows / Math.max(1, examples)]), [
    rows,
  ]);
  const weights = counts === undefined ? spread : b.mul(spread, counts);
  const total = (values: Value) => b.sum(b.mul(values, weights), [0]);
  return {
    lossSum: total(each),
    correct: correct === undefined ? b.scalar("float32", 0) : total(correct),
    counted: b.sum(weights, [0]),
  };
}
