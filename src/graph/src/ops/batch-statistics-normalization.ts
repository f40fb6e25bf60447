import type { Builder } from "../builder";
import { floatAttribute, isFloat, sizeOf, type Node, type Value } from "../ir";
import { misfit } from "../refusal";
import { dim } from "../shape";
import { input, output, perElement, type Operator } from "./operator";

/**
 * Batch normalisation in training (Ioffe & Szegedy 2015): inputs x [n, c, ...], scale [c], bias [c]; outputs y, and mean
 * and population variance [c] of the batch, which only the running statistics read. It never stands in an emitted graph.
 */
export const batchStatisticsNormalization: Operator = {
  name: "BatchStatisticsNormalization",
  allowed: "compiler",
  inputs: [3, 3],
  attributes: { epsilon: "float" },
  infer(draft) {
    const [x, scale, bias] = [input(draft, 0), input(draft, 1), input(draft, 2)];
    if (!isFloat(x.dtype)) misfit("BatchNormalization takes floating-point numbers.");
    for (const part of [scale, bias]) {
      if (part.dtype !== x.dtype || part.shape.join() !== String(dim(x.shape, 1)))
        misfit("BatchNormalization has a scale or bias that does not fit.");
    }
    const statistic = { dtype: x.dtype, shape: [dim(x.shape, 1)] };
    return [{ dtype: x.dtype, shape: x.shape }, statistic, statistic];
  },
  // With x - mean = d: dx = a (dy - mean(dy) - d mean(dy d) / variance), so one product with a number per channel each.
  gradient({ b, node, dy }) {
    const [x, scale] = [input(node, 0), input(node, 1)];
    const { centred, inverse } = standardise(b, node);
    const axes = statisticAxes(x);
    const count = sizeOf(x.shape) / dim(x.shape, 1);
    const [sum, product] = [b.sum(dy, axes), b.sum(b.mul(dy, centred), axes)];
    const gain = b.mul(scale, inverse);
    const steep = b.scale(b.mul(b.mul(b.mul(inverse, inverse), product), gain), -1 / count);
    const level = b.scale(b.mul(gain, sum), -1 / count);
    const dx = b.add(
      b.add(b.mul(dy, channels(b, gain, x)), b.mul(centred, channels(b, steep, x))),
      channels(b, level, x),
    );
    return [dx, b.mul(product, inverse), sum];
  },
  lower(b, node) {
    const [x, scale, bias] = [input(node, 0), input(node, 1), input(node, 2)];
    const { mean, variance } = statistics(b, x);
    const inverse = inverseDeviation(b, node, variance);
    const centred = b.sub(x, channels(b, mean, x));
    return [b.add(b.mul(centred, channels(b, b.mul(scale, inverse), x)), channels(b, bias, x)), mean, variance];
  },
  cost: perElement(8),
};

const statisticAxes = (x: Value): number[] => x.shape.flatMap((_, axis) => (axis === 1 ? [] : [axis]));

/** A number per channel as it broadcasts over x. */
const channels = (b: Builder, value: Value, x: Value): Value =>
  b.reshape(value, [dim(x.shape, 1), ...x.shape.slice(2).map(() => 1)]);

function statistics(b: Builder, x: Value): { mean: Value; variance: Value } {
  const axes = statisticAxes(x);
  const mean = b.reduce("ReduceMean", x, axes, false);
  const centred = b.sub(x, channels(b, mean, x));
  return { mean, variance: b.reduce("ReduceMean", b.mul(centred, centred), axes, false) };
}

function inverseDeviation(b: Builder, node: Node, variance: Value): Value {
  const deviation = b.op("Sqrt", [b.shift(variance, floatAttribute(node, "epsilon", 1e-5))]);
  return b.div(b.scalar(variance.dtype, 1), deviation);
}

/** What forward and backward share; common expressions are computed once. */
function standardise(b: Builder, node: Node): { centred: Value; inverse: Value } {
  const x = input(node, 0);
  return {
    centred: b.sub(x, channels(b, output(node, 1), x)),
    inverse: inverseDeviation(b, node, output(node, 2)),
  };
}
