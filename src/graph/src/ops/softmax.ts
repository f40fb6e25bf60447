import { intAttribute, isFloat, type Node } from "../ir";
import { misfit } from "../refusal";
import { frontAxis } from "../shape";
import { input, perElement, type Operator } from "./operator";
import type { Builder } from "../builder";
import type { Value } from "../ir";

/**
 * Distances to the maximum beyond this count as zero probability: e^-50 is 2e-22, far below float32 resolution beside
 * the 1 of the maximum. Without it masked scores make denormal numbers, which run many times slower.
 */
const CUTOFF = -50;
/** Slightly above e^-50, so that the subtraction leaves exactly zero there. */
const CUTOFF_EXP = 1.94e-22;

/** Normalised exponentials along one axis. */
export const softmax: Operator = {
  name: "Softmax",
  allowed: "buyer",
  inputs: [1, 1],
  attributes: { axis: "int" },
  infer: (draft) => [inferAlong(draft)],
  gradient({ b, node, dy, y }) {
    const axis = axisOf(node);
    const weighted = b.mul(dy, y);
    return [b.sub(weighted, b.mul(y, b.sum(weighted, [axis], true)))];
  },
  lower(b, node) {
    const x = input(node, 0);
    const axis = axisOf(node);
    const raised = b.exp(b.op("Max", [belowMaximum(b, x, axis), b.scalar(x.dtype, CUTOFF)]));
    const e = b.op("Relu", [b.shift(raised, -CUTOFF_EXP)]);
    return [b.div(e, b.sum(e, [axis], true))];
  },
  cost: perElement(15),
};

/** Type of an operator that works along one axis and keeps the shape. */
export function inferAlong(draft: Pick<Node, "inputs" | "attributes">): {
  dtype: Value["dtype"];
  shape: readonly number[];
} {
  const { dtype, shape } = input(draft, 0);
  if (!isFloat(dtype)) misfit(`Softmax takes floating-point numbers and got ${dtype}.`);
  frontAxis(intAttribute(draft, "axis", -1), shape.length);
  return { dtype, shape };
}

/** The axis of a softmax-like node, from the front. */
export function axisOf(node: Node): number {
  return frontAxis(intAttribute(node, "axis", -1), input(node, 0).shape.length);
}

/** x minus its maximum along the axis: never positive, so its exponential never overflows. */
export function belowMaximum(b: Builder, x: Value, axis: number): Value {
  return b.sub(x, b.reduce("ReduceMax", x, [axis], true));
}
