import type { Builder } from "../builder";
import { int, intAttribute, knownNumbers, type Graph, type Node, type Value } from "../ir";
import { channelsLastAttributes, isFiltered } from "../ops/channels-last-conv";
import { windowOf, type Window } from "../ops/families/window";
import { frontAxes } from "../shape";
import type { Scope } from "../scope";
import { rewrite } from "./rewrite";

/** From [n, c, h, w] to [h, w, n, c], and back. */
const TURN = [2, 3, 0, 1];

/** Operators that work on elements in any order. */
const ELEMENTWISE = new Set([
  "Add",
  "Sub",
  "Mul",
  "Div",
  "Max",
  "Min",
  "Relu",
  "Sigmoid",
  "Tanh",
  "Sqrt",
  "Neg",
  "Exp",
]);
const REDUCTIONS = new Set(["ReduceMean", "ReduceSum", "ReduceMax"]);

/**
 * Before differentiation: images [n, c, h, w] become [h, w, n, c] from convolution to convolution, so that convolutions
 * are matrix products without copies. Only where one is done by minimal filtering, which pays for the two transposes at
 * the ends. What reads a value in the old layout gets it by a transpose; unread transposes are dead code.
 */
export function channelsLast(graph: Graph, scope: Scope): void {
  if (!graph.nodes.some((node) => paysOff(node))) return;
  const turned = new Map<Value, Value>();
  rewrite(graph, scope, (b, node) => {
    return turnedNode(b, node, turned)?.map(({ value, isTurned }) => {
      if (!isTurned) return value;
      const back = b.transpose(value, TURN);
      turned.set(back, value);
      return back;
    });
  });
}

function paysOff(node: Node): boolean {
  const window = convolutionWindow(node);
  const w = node.inputs[1];
  return window !== undefined && w !== undefined && isFiltered(window.kernel, window.strides, w);
}

/** The window of a convolution that can work on images [h, w, n, c]: two axes, one group, no dilation. */
function convolutionWindow(node: Node): Window | undefined {
  const [x, w] = node.inputs;
  if (node.op !== "Conv" || x?.dtype !== "float32" || w === undefined || x.shape.length !== 4) return undefined;
  const window = windowOf(node.attributes, x.shape.slice(2), w.shape.slice(2));
  const plain =
    intAttribute(node, "group", 1) === 1 &&
    window.dilations.every((dilation) => dilation === 1) &&
    window.strides.every((stride, i) => (x.shape[i + 2] ?? 0) % stride === 0);
  return plain ? window : undefined;
}

type Results = readonly { readonly value: Value; readonly isTurned: boolean }[];

/** The node on turned images, where it can work on them. */
function turnedNode(b: Builder, node: Node, turned: Map<Value, Value>): Results | undefined {
  if (node.op === "Conv") return turnedConvolution(b, node, turned);
  const x = node.inputs.find((value) => value !== undefined && turned.has(value));
  const image = x === undefined ? undefined : turned.get(x);
  if (x === undefined || image === undefined) return undefined;
  if (node.op === "BatchStatisticsNormalization") {
    const [y, ...statistics] = b.node(
      node.op,
      [image, ...node.inputs.slice(1)],
      { ...node.attributes, axis: int(3) },
      3,
    );
    return [y, ...statistics].flatMap((value, i) => (value === undefined ? [] : [{ value, isTurned: i === 0 }]));
  }
  if (REDUCTIONS.has(node.op)) return turnedReduction(b, node, image);
  const y = node.outputs[0];
  if (!ELEMENTWISE.has(node.op) || y === undefined || y.shape.join() !== x.shape.join()) return undefined;
  const operands = node.inputs.map((value) => value && (turned.get(value) ?? turnedOperand(b, value)));
  return [{ value: b.op(node.op, operands, node.attributes), isTurned: true }];
}

function turnedConvolution(b: Builder, node: Node, turned: Map<Value, Value>): Results | undefined {
  const [x, w, bias] = node.inputs;
  const window = convolutionWindow(node);
  if (window === undefined || x === undefined || w === undefined) return undefined;
  const image = turned.get(x) ?? b.transpose(x, TURN);
  turned.set(x, image);
  const sum = b.op("ChannelsLastConv", [image, w], channelsLastAttributes(window));
  return [{ value: bias === undefined ? sum : b.add(sum, bias), isTurned: true }];
}

function turnedReduction(b: Builder, node: Node, image: Value): Results | undefined {
  const axes = frontAxes(knownNumbers(node.inputs[1]) ?? [0, 1, 2, 3], 4);
  const keeps = intAttribute(node, "keepdims", 1) === 1;
  const rest = [0, 1, 2, 3].filter((axis) => !axes.includes(axis));
  const keepsOrder = rest.every((axis) => axis < 2) || rest.every((axis) => axis >= 2);
  if (!keeps && !keepsOrder) return undefined;
  const places = axes.map((axis) => TURN.indexOf(axis));
  const value = b.op(node.op, [image, b.ints(places)], node.attributes);
  return [{ value, isTurned: keeps }];
}

/** An operand that broadcasts over images, in the new order. */
function turnedOperand(b: Builder, value: Value): Value {
  if (value.shape.length === 0) return value;
  return b.transpose(b.reshape(value, [...new Array<number>(4 - value.shape.length).fill(1), ...value.shape]), TURN);
}
