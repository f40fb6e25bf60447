import { floatAttribute, isFloat, sizeOf, type Node, type Value } from "../ir";
import { misfit } from "../refusal";
import type { Builder } from "../builder";
import { dim } from "../shape";
import { input, perElement, type Operator } from "./operator";
import { belowMaximum } from "./softmax";

/**
 * Cross-entropy of each row of logits [n, c] against class numbers [n]: log sum e^z - z[label] with z measured from the
 * row's maximum, so nothing overflows and no probability is ever divided by. With smoothing s the target has 1 - s on the
 * label and s / c on every class. It never stands in an emitted graph.
 */
export const softmaxCrossEntropy: Operator = {
  name: "SoftmaxCrossEntropy",
  allowed: "compiler",
  inputs: [2, 2],
  attributes: { smoothing: "float" },
  infer(draft) {
    const [logits, labels] = [input(draft, 0), input(draft, 1)];
    if (!isFloat(logits.dtype) || logits.shape.length !== 2 || labels.shape.length !== 1)
      misfit("Cross-entropy needs logits [n, c] and labels [n].");
    return [{ dtype: logits.dtype, shape: labels.shape }];
  },
  gradient({ b, node, dy }) {
    const { e, total, target } = parts(b, node);
    return [b.mul(b.sub(b.div(e, total), target), b.reshape(dy, [sizeOf(dy.shape), 1])), undefined];
  },
  lower(b, node) {
    const { z, total, target } = parts(b, node);
    return [b.reshape(b.sub(b.op("Log", [total]), b.sum(b.mul(z, target), [1], true)), input(node, 1).shape)];
  },
  cost: perElement(20),
};

function parts(b: Builder, node: Node): Record<"z" | "e" | "total" | "target", Value> {
  const logits = input(node, 0);
  const z = belowMaximum(b, logits, 1);
  const e = b.exp(z);
  const classes = dim(logits.shape, 1);
  const smoothing = floatAttribute(node, "smoothing", 0);
  const label = b.oneHot(input(node, 1), classes, logits.dtype);
  return { z, e, total: b.sum(e, [1], true), target: b.shift(b.scale(label, 1 - smoothing), smoothing / classes) };
}
