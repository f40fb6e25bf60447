import type { Builder } from "../builder";
import { int, sizeOf, type Value } from "../ir";
import { dim } from "../shape";
import { asRows, refuseLoss, type Losses } from "./rows";

/**
 * Kullback-Leibler divergence from a teacher, whose logits are the labels, to the model, both softened by a temperature
 * (Hinton et al. 2015); times the temperature's square, so that gradients keep their size.
 */
export interface Distillation {
  readonly kind: "distillation";
  readonly temperature?: number | undefined;
}

export function distillation(b: Builder, { temperature = 1 }: Distillation, prediction: Value, labels: Value): Losses {
  if (labels.dtype !== "float32")
    refuseLoss(
      `Distillation needs the teacher's logits as float32 labels; it got ${labels.dtype}.`,
      "Store the teacher's logits as labels.",
    );
  asRows(b, "Distillation", prediction, labels);
  const classes = dim(prediction.shape, -1);
  const rows = (value: Value) => b.scale(b.reshape(value, [sizeOf(value.shape) / classes, classes]), 1 / temperature);
  const along = { axis: int(1) };
  const [student, teacher] = [rows(prediction), rows(labels)].map((value) => b.op("LogSoftmax", [value], along));
  if (student === undefined || teacher === undefined) throw new TypeError("Two operands give two results.");
  const each = b.sum(b.mul(b.exp(teacher), b.sub(teacher, student)), [1]);
  const best = [student, teacher].map((value) => b.op("ArgMax", [value], { axis: int(1), keepdims: int(0) }));
  return {
    each: b.scale(each, temperature * temperature),
    counts: undefined,
    correct: b.cast(b.op("Equal", best), "float32"),
  };
}
