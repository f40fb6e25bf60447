import { intAttribute, intsAttribute, isFloat, knownNumbers, sizeOf, type Node, type Value } from "../../ir";
import { misfit, unsupported } from "../../refusal";
import { frontAxes } from "../../shape";
import { input, traffic, type Draft, type GradientContext, type Operator } from "../operator";

interface ReductionSpec {
  readonly name: "ReduceSum" | "ReduceMean" | "ReduceMax";
  /** Gradient of the input; `dy` and `y` have the reduced axes kept as size one. */
  readonly gradient: (context: GradientContext, x: Value, kept: { dy: Value; y: Value; count: number }) => Value;
}

/** An operator that folds some axes into one number. In the graph its axes are always a constant second input. */
export function reduction({ name, gradient }: ReductionSpec): Operator {
  return {
    name,
    allowed: "buyer",
    inputs: [1, 2],
    attributes: { axes: "ints", keepdims: "int", noop_with_empty_axes: "int" },
    read({ b, inputs, attributes }) {
      const x = input({ inputs }, 0);
      if (!isFloat(x.dtype) && name === "ReduceMean") misfit("ReduceMean takes floating-point numbers.");
      const listed = intsAttribute({ attributes }, "axes") ?? knownNumbers(inputs[1]);
      if (listed === undefined && inputs[1] !== undefined)
        unsupported(`${name} has computed axes.`, "Export it with constant axes.");
      const none = listed === undefined || listed.length === 0;
      if (none && intAttribute({ attributes }, "noop_with_empty_axes", 0) === 1) return [x];
      const axes = none ? x.shape.map((_, axis) => axis) : frontAxes(listed, x.shape.length);
      return [b.reduce(name, x, axes, intAttribute({ attributes }, "keepdims", 1) === 1)];
    },
    infer(draft) {
      const x = input(draft, 0);
      const axes = reducedAxes(draft);
      const keep = intAttribute(draft, "keepdims", 1) === 1;
      return [
        { dtype: x.dtype, shape: x.shape.flatMap((size, axis) => (axes.includes(axis) ? (keep ? [1] : []) : [size])) },
      ];
    },
    gradient(context) {
      const { b, node, dy, y } = context;
      const x = input(node, 0);
      const axes = reducedAxes(node);
      const keptShape = x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
      const kept = {
        dy: b.reshape(dy, keptShape),
        y: b.reshape(y, keptShape),
        count: sizeOf(x.shape) / Math.max(1, sizeOf(y.shape)),
      };
      return [gradient(context, x, kept), undefined];
    },
    cost: (node) => ({ flops: sizeOf(input(node, 0).shape), bytes: traffic(node) }),
  };
}

function reducedAxes(node: Draft | Node): number[] {
  const x = input(node, 0);
  return frontAxes(knownNumbers(node.inputs[1]) ?? x.shape.map((_, axis) => axis), x.shape.length);
}
