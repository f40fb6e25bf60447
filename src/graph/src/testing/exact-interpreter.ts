import {
  arrayOf,
  emptyArray,
  intAttribute,
  numbersOf,
  sizeOf,
  type DataType,
  type Graph,
  type Node,
  type Value,
} from "../ir";
import { elementType } from "../ops/cast";
import { reducedAxes } from "../ops/families/reduction";
import { permutation } from "../ops/transpose";
import { input, output } from "../ops/operator";
import { dim } from "../shape";
import { coordinates, placeOf } from "./runtime";

type Elements = readonly number[];
type Rule = (node: Node, operands: readonly Elements[]) => Elements;

/**
 * Evaluates a graph of the exact set, node by node, as IEEE 754 and the ONNX text say and as no runtime does: float32 is a
 * float64 result rounded, which for + - * / and the square root is the rounded true result; sums run backwards, and what a
 * processor may choose (an integer made of a NaN, the greater of a NaN and a number) is chosen differently from any known one.
 * When it flushes, denormal float32 results become zero, as in engines that have no others.
 */
export function interpret(
  graph: Graph,
  fed: ReadonlyMap<Value, Elements>,
  flushes: boolean,
): ReadonlyMap<Value, Elements> {
  const known = new Map(fed);
  const elementsOf = (value: Value): Elements =>
    known.get(value) ?? (value.data === undefined ? missing(value.name) : numbersOf(value.data));
  for (const node of graph.nodes) {
    const rule = RULES[node.op] ?? missing(node.op);
    const elements = rule(
      node,
      node.inputs.flatMap((value) => (value === undefined ? [] : [elementsOf(value)])),
    );
    const { dtype } = output(node);
    const rounded = numbersOf(arrayOf(dtype, elements));
    known.set(output(node), flushes && dtype === "float32" ? rounded.map(flushed) : rounded);
  }
  return known;
}

const flushed = (x: number): number => (Math.abs(x) < 2 ** -126 ? 0 * x : x);

function missing(what: string): never {
  throw new TypeError(`${what} is not in the exact set.`);
}

const toEven = (x: number): number => (x - Math.floor(x) === 0.5 ? 2 * Math.round(x / 2) : Math.round(x));

const RULES: Readonly<Record<string, Rule>> = {
  Add: broadcast((x = 0, y = 0) => x + y),
  Sub: broadcast((x = 0, y = 0) => x - y),
  Mul: broadcast((x = 0, y = 0) => x * y),
  Div: broadcast((x = 0, y = 0) => x / y),
  Neg: broadcast((x = 0) => -x),
  Abs: broadcast((x = 0) => Math.abs(x)),
  Sqrt: broadcast((x = 0) => Math.sqrt(x)),
  Round: broadcast((x = 0) => toEven(x)),
  Relu: broadcast((x = 0) => (x > 0 ? x : 0)),
  Clip: broadcast((x = 0, low = 0, high = 0) => (x > high ? high : x >= low ? x : low)),
  Greater: broadcast((x = 0, y = 0) => Number(x > y)),
  GreaterOrEqual: broadcast((x = 0, y = 0) => Number(x >= y)),
  Less: broadcast((x = 0, y = 0) => Number(x < y)),
  Equal: broadcast((x = 0, y = 0) => Number(x === y)),
  And: broadcast((x = 0, y = 0) => x * y),
  Where: broadcast((condition, x = 0, y = 0) => (condition === 0 ? y : x)),
  Expand: broadcast((x = 0) => x),
  Reshape: (_node, [x = []]) => x,
  Cast: (node, [x = []]) => x.map((each) => cast(each, elementType(intAttribute(node, "to", 0)))),
  GatherElements: (node, [table = [], places = []]) =>
    places.map((at) => table[at < 0 ? at + table.length : at] ?? missing(`Element ${at} of ${input(node, 0).name}`)),
  QuantizeLinear: (node, [x = [], [scale = 1] = [], [zero = 0] = []]) => {
    const [least, most] = output(node).dtype === "uint8" ? [0, 255] : [-128, 127];
    return x.map((each) => {
      const whole = toEven(each / scale) + zero;
      return Number.isNaN(whole) ? 77 : Math.min(most, Math.max(least, whole));
    });
  },
  DequantizeLinear: (_node, [x = [], [scale = 1] = [], [zero = 0] = []]) => x.map((each) => (each - zero) * scale),
  MatMulInteger: multiply,
  MatMul: multiply,
  Transpose: (node, [x = []]) => {
    const { shape } = input(node, 0);
    const order = permutation(node.attributes, shape.length);
    return [...coordinates(output(node).shape)].map(
      (at) =>
        x[
          placeOf(
            shape.map((_, axis) => at[order.indexOf(axis)] ?? 0),
            shape,
          )
        ] ?? NaN,
    );
  },
  Slice: (node, [x = [], starts = [], , axes = []]) => {
    const { shape } = input(node, 0);
    return [...coordinates(output(node).shape)].map(
      (at) =>
        x[
          placeOf(
            at.map((place, axis) => place + (starts[axes.indexOf(axis)] ?? 0)),
            shape,
          )
        ] ?? NaN,
    );
  },
  Concat: (node, parts) => {
    const axis = intAttribute(node, "axis", 0);
    return [...coordinates(output(node).shape)].map((at) => {
      let [part, place] = [0, at[axis] ?? 0];
      while (place >= dim(input(node, part).shape, axis)) place -= dim(input(node, part++).shape, axis);
      return parts[part]?.[placeOf(at.with(axis, place), input(node, part).shape)] ?? NaN;
    });
  },
  ReduceMax: reduce((most, x) => (x > most ? x : most)),
  ReduceSum: reduce((sum, x, round) => round(sum + x)),
};

/** Products of stacks of matrices: in whole numbers of any size, or in float32 from the last term to the first. */
function multiply(node: Node, [a = [], c = [], [zero = 0] = []]: readonly Elements[]): Elements {
  const [left, right] = [input(node, 0).shape, input(node, 1).shape];
  return [...coordinates(output(node).shape)].map((at) => {
    const [row = 0, column = 0] = at.slice(-2);
    const stack = at.slice(0, -2);
    const terms = Array.from({ length: dim(left, -1) }, (_, k) => [
      (a[placeOf([...stack, row, k], left)] ?? NaN) - zero,
      c[placeOf([...stack, k, column], right)] ?? NaN,
    ]);
    if (node.op === "MatMul") return terms.reduceRight((sum, [x = 0, y = 0]) => Math.fround(sum + x * y), 0);
    return Number(terms.reduce((sum, [x = 0, y = 0]) => sum + BigInt(x) * BigInt(y), 0n));
  });
}

/** Element by element over operands broadcast to the shape of the result. */
function broadcast(combine: (...operands: number[]) => number): Rule {
  return (node, operands) =>
    [...coordinates(output(node).shape)].map((at) =>
      combine(...operands.map((elements, i) => elements[placeOf(at, input(node, i).shape)] ?? NaN)),
    );
}

/** Over the axes of the second input, from the last element to the first. */
function reduce(combine: (total: number, x: number, round: (x: number) => number) => number): Rule {
  return (node, [x = []]) => {
    const { shape, dtype } = input(node, 0);
    const axes = reducedAxes(node);
    const kept = shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
    const totals = new Array<number | undefined>(sizeOf(kept)).fill(undefined);
    [...coordinates(shape)].reverse().forEach((at, i) => {
      const place = placeOf(at, kept);
      const [before, each] = [totals[place], x[x.length - 1 - i] ?? NaN];
      totals[place] = before === undefined ? each : combine(before, each, rounding(dtype));
    });
    return totals.map((total) => total ?? NaN);
  };
}

const rounding = (dtype: DataType) => (dtype === "float32" ? Math.fround : (x: number) => x);

/** Numbers beyond an integer type become one that no processor makes of them. */
function cast(x: number, to: DataType): number {
  if (emptyArray(to, 0) instanceof Int32Array) return Math.abs(x) < 2 ** 31 ? Math.trunc(x) : 123_456_789;
  return to === "bool" ? Number(x !== 0) : x;
}
