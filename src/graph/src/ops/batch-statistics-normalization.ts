import type { Builder } from "../builder";
import { floatAttribute, intAttribute, isFloat, sizeOf, type Node, type Value } from "../ir";
import { misfit } from "../refusal";
import { dim } from "../shape";
import { input, output, perElement, type Draft, type Operator } from "./operator";

/**
 * Batch normalisation in training (Ioffe & Szegedy 2015): inputs x [n, c, ...] or with the channels on
 * another axis, scale [c], bias [c]; outputs y, and mean
 * and population variance [c] of the batch, which only the running statistics read. It never stands in an emitted graph.
 */
export const batchStatisticsNormalization: Operator = {
  name: "BatchStatisticsNormalization",
  allowed: "compiler",
  inputs: [3, 3],
  attributes: { epsilon: "float", axis: "int" },
  infer(draft) {
    const [x, scale, bias] = [input(draft, 0), input(draft, 1), input(draft, 2)];
    if (!isFloat(x.dtype)) misfit("BatchNormalization takes floating-point numbers.");
    for (const part of [scale, bias]) {
      if (part.dtype !== x.dtype || part.shape.join() !== String(channelCount(draft)))
        misfit("BatchNormalization has a scale or bias that does not fit.");
    }
    const statistic = { dtype: x.dtype, shape: [channelCount(draft)] };
    return [{ dtype: x.dtype, shape: x.shape }, statistic, statistic];
  },
  // With x - mean = d: dx = a (dy - mean(dy) - d mean(dy d) / variance), so one product with a number per channel each.
  gradient({ b, node, dy }) {
    const x = viewed(b, node, input(node, 0));
    const given = viewed(b, node, dy);
    const { centred, inverse } = standardise(b, node, x);
    const axes = statisticAxes(node, x);
    const count = sizeOf(x.shape) / channelCount(node);
    const [sum, product] = [b.sum(given, axes), b.sum(b.mul(given, centred), axes)];
    const gain = b.mul(input(node, 1), inverse);
    const steep = b.scale(b.mul(b.mul(b.mul(inverse, inverse), product), gain), -1 / count);
    const level = b.scale(b.mul(gain, sum), -1 / count);
    const dx = b.add(
      b.add(b.mul(given, channels(b, node, gain)), b.mul(centred, channels(b, node, steep))),
      channels(b, node, level),
    );
    return [b.reshape(dx, dy.shape), b.mul(product, inverse), sum];
  },
  lower(b, node) {
    const [scale, bias] = [input(node, 1), input(node, 2)];
    const x = viewed(b, node, input(node, 0));
    const { mean, variance } = statistics(b, node, x);
    const inverse = inverseDeviation(b, node, variance);
    const centred = b.sub(x, channels(b, node, mean));
    const y = b.add(b.mul(centred, channels(b, node, b.mul(scale, inverse))), channels(b, node, bias));
    return [b.reshape(y, input(node, 0).shape), mean, variance];
  },
  cost: perElement(8),
};

const channelAxis = (node: Draft | Node): number => intAttribute(node, "axis", 1);
const channelCount = (node: Draft | Node): number => dim(input(node, 0).shape, channelAxis(node));
const isLast = (node: Draft | Node): boolean => channelAxis(node) === input(node, 0).shape.length - 1;

/** Channels on the last axis make a matrix, whose columns sum fast and alike on every machine. */
const viewed = (b: Builder, node: Node, x: Value): Value => (isLast(node) ? b.rows(x) : x);

const statisticAxes = (node: Node, x: Value): number[] =>
  isLast(node) ? [0] : x.shape.flatMap((_, axis) => (axis === channelAxis(node) ? [] : [axis]));

/** A number per channel as it broadcasts over the images. */
const channels = (b: Builder, node: Node, value: Value): Value =>
  b.reshape(value, [
    channelCount(node),
    ...input(node, 0)
      .shape.slice(channelAxis(node) + 1)
      .map(() => 1),
  ]);

function statistics(b: Builder, node: Node, x: Value): { mean: Value; variance: Value } {
  const axes = statisticAxes(node, x);
  const mean = b.reduce("ReduceMean", x, axes, false);
  const centred = b.sub(x, channels(b, node, mean));
  return { mean, variance: b.reduce("ReduceMean", b.mul(centred, centred), axes, false) };
}

function inverseDeviation(b: Builder, node: Node, variance: Value): Value {
  const deviation = b.op("Sqrt", [b.shift(variance, floatAttribute(node, "epsilon", 1e-5))]);
  return b.div(b.scalar(variance.dtype, 1), deviation);
}

/** What forward and backward share; common expressions are computed once. */
function standardise(b: Builder, node: Node, x: Value): { centred: Value; inverse: Value } {
  return {
    centred: b.sub(x, channels(b, node, output(node, 1))),
    inverse: inverseDeviation(b, node, output(node, 2)),
  };
}
