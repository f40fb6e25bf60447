import type { Builder } from "../builder";
import { int, sameShape, sizeOf, type Value } from "../ir";
import { GraphRefusal } from "../refusal";
import { dim } from "../shape";

export interface LossChoice {
  readonly kind: "crossEntropy" | "meanSquaredError";
  readonly output?: string | undefined;
}

/** Loss of each element that counts: of every token [n] for cross-entropy, of every example [b] for squared error. */
interface Losses {
  readonly each: Value;
  /** Elements per example. */
  readonly perExample: number;
  /** 1 where the prediction is right, float32 [n]; undefined where there are no classes. */
  readonly correct: Value | undefined;
}

/** Mean loss over the batch, a scalar. */
export function meanLoss(b: Builder, kind: LossChoice["kind"], prediction: Value, labels: Value): Value {
  const { each } = lossOf(b, kind, prediction, labels);
  return b.reduce("ReduceMean", each, [0], false);
}

/** Weighted sum of losses and count of right predictions over a batch of examples; `weight` is [e]. */
export function evaluationSums(
  b: Builder,
  kind: LossChoice["kind"],
  prediction: Value,
  labels: Value,
  weight: Value,
): { lossSum: Value; correct: Value } {
  const { each, perExample, correct } = lossOf(b, kind, prediction, labels);
  const examples = dim(weight.shape, 0);
  const weights = b.reshape(b.expand(b.reshape(weight, [examples, 1]), [examples, perExample]), [
    examples * perExample,
  ]);
  const total = (values: Value) => b.sum(b.mul(values, weights), [0]);
  return { lossSum: total(each), correct: correct === undefined ? b.scalar("float32", 0) : total(correct) };
}

function lossOf(b: Builder, kind: LossChoice["kind"], prediction: Value, labels: Value): Losses {
  return kind === "crossEntropy" ? crossEntropy(b, prediction, labels) : squaredError(b, prediction, labels);
}

function crossEntropy(b: Builder, logits: Value, labels: Value): Losses {
  const classes = dim(logits.shape, -1);
  if (logits.shape.length < 2 || !sameShape(logits.shape.slice(0, -1), labels.shape) || labels.dtype === "float32") {
    refuse(
      `Cross-entropy needs logits [batch, classes] with integer labels [batch], or [batch, tokens, classes] with [batch, tokens]; it got [${logits.shape.join(", ")}] and ${labels.dtype} [${labels.shape.join(", ")}].`,
      "Choose the output that holds the logits, or mean squared error.",
    );
  }
  const rows = b.reshape(logits, [sizeOf(labels.shape), classes]);
  const numbers = b.reshape(b.cast(labels, "int64"), [sizeOf(labels.shape)]);
  const best = b.op("ArgMax", [rows], { axis: int(1), keepdims: int(0) });
  return {
    each: b.op("SoftmaxCrossEntropy", [rows, numbers]),
    perExample: sizeOf(labels.shape.slice(1)),
    correct: b.cast(b.op("Equal", [best, numbers]), "float32"),
  };
}

function squaredError(b: Builder, prediction: Value, labels: Value): Losses {
  if (sizeOf(prediction.shape) !== sizeOf(labels.shape) || prediction.shape[0] !== labels.shape[0]) {
    refuse(
      `Mean squared error needs labels of the prediction's shape; it got [${prediction.shape.join(", ")}] and [${labels.shape.join(", ")}].`,
      "Choose another output or other labels.",
    );
  }
  const examples = dim(prediction.shape, 0);
  const flat = [examples, sizeOf(prediction.shape) / Math.max(1, examples)];
  const difference = b.sub(b.reshape(prediction, flat), b.reshape(b.cast(labels, prediction.dtype), flat));
  return { each: b.reduce("ReduceMean", b.mul(difference, difference), [1], false), perExample: 1, correct: undefined };
}

function refuse(reason: string, fix: string): never {
  throw new GraphRefusal("graph/loss-mismatch", { reason, fix });
}
