import type { Builder } from "../builder";
import { float, int, sameShape, sizeOf, type Value } from "../ir";
import { dim } from "../shape";
import { isInteger, refuseLoss, type Losses } from "./rows";

/** Logits [batch, classes, ...] or [batch, ..., classes] against class numbers without that axis. */
export interface CrossEntropy {
  readonly kind: "crossEntropy";
  /** Where the classes are: the last axis, or axis 1 as PyTorch has them for images. */
  readonly classAxis?: "last" | 1 | undefined;
  /** Share of the target spread evenly over all classes (Szegedy et al. 2016). */
  readonly labelSmoothing?: number | undefined;
  /** Label of rows that do not count; -100 in PyTorch. */
  readonly ignoreIndex?: number | undefined;
}

/** Logits [batch, tokens, vocabulary] against the model's own tokens [batch, tokens]: each predicts the one after it. */
export interface NextToken {
  readonly kind: "nextToken";
  readonly labelSmoothing?: number | undefined;
  readonly ignoreIndex?: number | undefined;
}

/** The axis of logits of a rank that the classes are on. */
export const classAxisOf = ({ classAxis }: CrossEntropy, rank: number): number => (classAxis === 1 ? 1 : rank - 1);

export function crossEntropy(b: Builder, choice: CrossEntropy, logits: Value, labels: Value): Losses {
  const rank = logits.shape.length;
  const axis = classAxisOf(choice, rank);
  const others = logits.shape.flatMap((_, i) => (i === axis ? [] : [i]));
  const wanted = others.map((i) => dim(logits.shape, i));
  if (rank < 2 || !sameShape(wanted, labels.shape) || !isInteger(labels.dtype)) {
    refuseLoss(
      `Cross-entropy needs logits [batch, classes] with integer labels [batch], or [batch, tokens, classes] with [batch, tokens]; it got [${logits.shape.join(", ")}] and ${labels.dtype} [${labels.shape.join(", ")}].`,
      "Choose the output that holds the logits, or another loss.",
    );
  }
  return rowwise(b, choice, b.transpose(logits, [...others, axis]), labels);
}

export function nextToken(b: Builder, choice: NextToken, logits: Value, tokens: Value): Losses {
  const [batch, length] = tokens.shape;
  if (
    logits.shape.length !== 3 ||
    batch === undefined ||
    length === undefined ||
    length < 2 ||
    !sameShape(logits.shape.slice(0, 2), tokens.shape) ||
    !isInteger(tokens.dtype)
  ) {
    refuseLoss(
      `The next-token loss needs logits [batch, tokens, vocabulary] and integer tokens [batch, tokens]; it got [${logits.shape.join(", ")}] and ${tokens.dtype} [${tokens.shape.join(", ")}].`,
      "Choose the output that holds the logits of every token.",
    );
  }
  return rowwise(b, choice, b.slice(logits, [1], [0], [length - 1]), b.slice(tokens, [1], [1], [length]));
}

/** 1 for labels that count and 0 for ignored ones, float32 [rows]; undefined when all count. */
export function countedLabels(b: Builder, choice: CrossEntropy | NextToken, labels: Value): Value | undefined {
  const shifted = choice.kind === "nextToken" ? b.slice(labels, [1], [1], [dim(labels.shape, 1)]) : labels;
  const ignored = ignoredLabels(b, choice, numbersOf(b, shifted));
  return ignored === undefined ? undefined : b.cast(b.op("Not", [ignored]), "float32");
}

/** Cross-entropy over the last axis. */
function rowwise(b: Builder, choice: CrossEntropy | NextToken, logits: Value, labels: Value): Losses {
  const { labelSmoothing = 0 } = choice;
  const numbers = numbersOf(b, labels);
  const rows = b.reshape(logits, [sizeOf(labels.shape), dim(logits.shape, -1)]);
  const ignored = ignoredLabels(b, choice, numbers);
  const inside = ignored === undefined ? numbers : b.where(ignored, b.scalar("int64", 0), numbers);
  const best = b.op("ArgMax", [rows], { axis: int(1), keepdims: int(0) });
  // A label that is no class makes the loss not a number, which stops a run; a one-hot row of zeros would train on nothing.
  const classes = b.scalar("int64", dim(logits.shape, -1));
  const known = b.op("And", [b.op("GreaterOrEqual", [inside, b.scalar("int64", 0)]), b.op("Less", [inside, classes])]);
  const each = b.op(
    "SoftmaxCrossEntropy",
    [rows, inside],
    labelSmoothing === 0 ? {} : { smoothing: float(labelSmoothing) },
  );
  return {
    each: b.where(known, each, b.scalar("float32", Number.NaN)),
    counts: ignored === undefined ? undefined : b.cast(b.op("Not", [ignored]), "float32"),
    correct: b.cast(b.op("Equal", [best, numbers]), "float32"),
  };
}

const numbersOf = (b: Builder, labels: Value): Value => b.reshape(b.cast(labels, "int64"), [sizeOf(labels.shape)]);

const ignoredLabels = (b: Builder, { ignoreIndex }: CrossEntropy | NextToken, numbers: Value): Value | undefined =>
  ignoreIndex === undefined ? undefined : b.op("Equal", [numbers, b.scalar("int64", ignoreIndex)]);
