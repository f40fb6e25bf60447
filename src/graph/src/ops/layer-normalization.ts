import type { Builder } from "../builder";
import { floatAttribute, intAttribute, isFloat, type Node, type Value } from "../ir";
import { misfit, unsupported } from "../refusal";
import { broadcastShape, frontAxis } from "../shape";
import { input, perElement, type Draft, type Operator } from "./operator";

/**
 * Normalises the trailing axes to mean 0 and variance 1, then scales and shifts. The fused kernel keeps mean and inverse
 * deviation in float32 and is the same on AVX2 and AVX-512; float64 graphs get the formula spelled out.
 */
export const layerNormalization: Operator = {
  name: "LayerNormalization",
  allowed: "buyer",
  since: 17,
  limits: "The first output only.",
  optionalOutputs: true,
  inputs: [2, 3],
  attributes: { axis: "int", epsilon: "float", stash_type: "int" },
  read({ b, inputs, attributes, readCount }) {
    if (readCount > 1)
      unsupported("LayerNormalization with a used Mean or InvStdDev is not supported.", "Use the first output only.");
    return b.node("LayerNormalization", inputs, attributes, 3);
  },
  infer(draft) {
    const [x, scale, bias] = [input(draft, 0), input(draft, 1), draft.inputs[2]];
    if (!isFloat(x.dtype)) misfit("LayerNormalization takes floating-point numbers.");
    const axes = normalisedAxes(draft);
    for (const part of [scale, bias]) {
      if (part === undefined) continue;
      if (part.dtype !== x.dtype || broadcastShape(part.shape, x.shape).join() !== x.shape.join())
        misfit("LayerNormalization has a scale or bias that does not fit.");
    }
    const kept = x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
    return [
      { dtype: x.dtype, shape: x.shape },
      { dtype: "float32", shape: kept },
      { dtype: "float32", shape: kept },
    ];
  },
  gradient({ b, node, dy }) {
    const [x, scale, bias] = [input(node, 0), input(node, 1), node.inputs[2]];
    const axes = normalisedAxes(node);
    const { normal, inverse } = x.dtype === "float32" ? fromOutputs(b, node) : spelledOut(b, node);
    const d = b.mul(dy, scale);
    const inner = b.sub(
      b.sub(d, b.reduce("ReduceMean", d, axes, true)),
      b.mul(normal, b.reduce("ReduceMean", b.mul(d, normal), axes, true)),
    );
    return [
      b.mul(inverse, inner),
      b.sumTo(b.mul(dy, normal), scale.shape),
      bias === undefined ? undefined : b.sumTo(dy, bias.shape),
    ];
  },
  lower: (b, node) => (input(node, 0).dtype === "float32" ? undefined : spellOutLayerNormalization(b, node)),
  cost: perElement(8),
};

/** The node by sums and element-wise operators: what it gives, the mean and the inverse deviation. */
export function spellOutLayerNormalization(b: Builder, node: Node): [y: Value, mean: Value, inverse: Value] {
  const { normal, mean, inverse } = spelledOut(b, node);
  const scaled = b.mul(normal, input(node, 1));
  const bias = node.inputs[2];
  return [bias === undefined ? scaled : b.add(scaled, bias), mean, inverse];
}

function normalisedAxes(node: Draft | Node): number[] {
  const rank = input(node, 0).shape.length;
  const axis = frontAxis(intAttribute(node, "axis", -1), rank);
  return Array.from({ length: rank - axis }, (_, i) => axis + i);
}

function fromOutputs(b: Builder, node: Node): { normal: Value; inverse: Value } {
  const [, mean, inverse] = node.outputs;
  if (mean === undefined || inverse === undefined) misfit("LayerNormalization lost its statistics.");
  return { normal: b.mul(b.sub(input(node, 0), mean), inverse), inverse };
}

function spelledOut(b: Builder, node: Node): Record<"normal" | "mean" | "inverse", Value> {
  const x = input(node, 0);
  const axes = normalisedAxes(node);
  const mean = b.reduce("ReduceMean", x, axes, true);
  const centred = b.sub(x, mean);
  const variance = b.reduce("ReduceMean", b.mul(centred, centred), axes, true);
  const deviation = b.op("Sqrt", [b.shift(variance, floatAttribute(node, "epsilon", 1e-5))]);
  const inverse = b.div(b.scalar(x.dtype, 1), deviation);
  return { normal: b.mul(centred, inverse), mean, inverse };
}
