import type { Builder } from "../../builder";
import {
  intAttribute,
  intsAttribute,
  isFloat,
  knownNumbers,
  numbersOf,
  sizeOf,
  type Literal,
  type Node,
  type TensorType,
  type Value,
} from "../../ir";
import { misfit, unsupported } from "../../refusal";
import { frontAxes, stridesOf } from "../../shape";
import { input, traffic, type Draft, type GradientContext, type Operator, type Reading } from "../operator";
import { composed } from "./composed";

/** Reductions that stand in a graph of ours. */
export type ReductionName = "ReduceSum" | "ReduceMean" | "ReduceMax" | "ReduceL2" | "ReduceLogSumExp";

interface ReductionSpec {
  readonly name: ReductionName;
  /** Gradient of the input; `dy` and `y` have the reduced axes kept as size one. */
  readonly gradient: (context: GradientContext, x: Value, kept: { dy: Value; y: Value; count: number }) => Value;
  readonly lower?: Operator["lower"];
  /** Value for a constant input, from the elements that one result is made of. */
  readonly fold?: (elements: readonly number[]) => number;
}

const attributes = { axes: "ints", keepdims: "int", noop_with_empty_axes: "int" } as const;

/** An operator that folds some axes into one number. In the graph its axes are always a constant second input. */
export function reduction({ name, gradient, lower, fold }: ReductionSpec): Operator {
  return {
    name,
    allowed: "buyer",
    inputs: [1, 2],
    attributes,
    read(reading) {
      const { x, axes, keep } = readReduction(name, reading);
      if (!isFloat(x.dtype) && (name === "ReduceMean" || name === "ReduceL2" || name === "ReduceLogSumExp"))
        misfit(`${name} takes floating-point numbers.`);
      if (axes.length === 0 && name === "ReduceL2") return [reading.b.op("Abs", [x])];
      return [reading.b.reduce(name, x, axes, keep)];
    },
    infer(draft) {
      const x = input(draft, 0);
      return [{ dtype: x.dtype, shape: reducedShape(x.shape, reducedAxes(draft), keepsAxes(draft)) }];
    },
    gradient(context) {
      const { b, node, dy, y } = context;
      const x = input(node, 0);
      const keptShape = reducedShape(x.shape, reducedAxes(node), true);
      const kept = {
        dy: b.reshape(dy, keptShape),
        y: b.reshape(y, keptShape),
        count: sizeOf(x.shape) / Math.max(1, sizeOf(y.shape)),
      };
      return [gradient(context, x, kept), undefined];
    },
    ...(lower === undefined ? {} : { lower }),
    ...(fold === undefined ? {} : { fold: (inputs, draft, type) => folded(inputs[0], reducedAxes(draft), type, fold) }),
    cost: (node) => ({ flops: sizeOf(input(node, 0).shape), bytes: traffic(node) }),
  };
}

/** A reduction that is spelled out with others on reading. `axes` are counted from the front, and may be none. */
export function composedReduction(
  name: string,
  compose: (b: Builder, x: Value, axes: readonly number[], keep: boolean) => Value,
): Operator {
  return composed(name, { inputs: [1, 2], attributes }, (reading) => {
    const { x, axes, keep } = readReduction(name, reading);
    return [compose(reading.b, x, axes, keep)];
  });
}

/** A buyer's reduction: axes by attribute or by constant input; none listed means all, or nothing where that is asked for. */
function readReduction(name: string, reading: Reading): { x: Value; axes: readonly number[]; keep: boolean } {
  const x = input(reading, 0);
  const listed = intsAttribute(reading, "axes") ?? knownNumbers(reading.inputs[1]);
  if (listed === undefined && reading.inputs[1] !== undefined)
    unsupported(`${name} has computed axes.`, "Export it with constant axes.");
  const keep = keepsAxes(reading);
  if (listed !== undefined && listed.length > 0) return { x, axes: frontAxes(listed, x.shape.length), keep };
  const noop = intAttribute(reading, "noop_with_empty_axes", 0) === 1;
  return { x, axes: noop ? [] : x.shape.map((_, axis) => axis), keep };
}

const keepsAxes = (node: Pick<Draft, "attributes">): boolean => intAttribute(node, "keepdims", 1) === 1;

/** Axes that a reduction in the graph folds. */
export function reducedAxes(node: Draft | Node): number[] {
  const x = input(node, 0);
  return frontAxes(knownNumbers(node.inputs[1]) ?? x.shape.map((_, axis) => axis), x.shape.length);
}

/** A shape after reduction; reduced axes stay as size one when kept. */
export function reducedShape(shape: readonly number[], axes: readonly number[], keep: boolean): number[] {
  return shape.flatMap((size, axis) => (axes.includes(axis) ? (keep ? [1] : []) : [size]));
}

function folded(
  x: Literal | undefined,
  axes: readonly number[],
  type: TensorType,
  fold: (elements: readonly number[]) => number,
): number[] {
  const groups = Array.from({ length: sizeOf(type.shape) }, (): number[] => []);
  if (x === undefined) return [];
  const kept = reducedShape(x.shape, axes, true);
  const [from, to] = [stridesOf(x.shape), stridesOf(kept)];
  numbersOf(x.data).forEach((element, at) => {
    const group = from.reduce(
      (sum, stride, axis) =>
        sum + (axes.includes(axis) ? 0 : (Math.floor(at / stride) % (x.shape[axis] ?? 1)) * (to[axis] ?? 0)),
      0,
    );
    groups[group]?.push(element);
  });
  return groups.map(fold);
}
