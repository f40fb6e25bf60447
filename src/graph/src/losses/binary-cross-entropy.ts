import type { Builder } from "../builder";
import { sizeOf, type Value } from "../ir";
import { asRows, type Losses } from "./rows";

/** Logits against targets in [0, 1] of the same shape, each a yes-or-no question: log(1 + e^x) - x y, which never overflows. */
export function binaryCrossEntropy(b: Builder, prediction: Value, labels: Value): Losses {
  const [rows, targets] = asRows(b, "Binary cross-entropy", prediction, labels);
  const flat = [sizeOf(rows.shape)];
  const [x, y] = [b.reshape(rows, flat), b.reshape(targets, flat)];
  const yes = b.op("Greater", [x, b.scalar(x.dtype, 0)]);
  const wanted = b.op("Greater", [y, b.scalar(y.dtype, 0.5)]);
  return {
    each: b.sub(b.op("Softplus", [x]), b.mul(x, y)),
    counts: undefined,
    correct: b.cast(b.op("Equal", [b.cast(yes, "int32"), b.cast(wanted, "int32")]), "float32"),
  };
}
