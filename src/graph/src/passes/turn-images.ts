import type { Builder } from "../builder";
import { int, intAttribute, knownNumbers, sizeOf, type Graph, type Node, type Value } from "../ir";
import { isFiltered } from "../ops/channels-last-conv";
import { slideShape, turnedAttributes, windowOf, type Window } from "../ops/families/window";
import { dim, frontAxes } from "../shape";
import type { EngineChoice } from "../options";
import type { Scope } from "../scope";
import { rewrite } from "./rewrite";

/** An order of the axes of images [n, c, h, w] in which convolutions are matrix products. */
interface Layout {
  /** Old axes in the new order. */
  readonly order: readonly number[];
  /** The convolution of images in this order. */
  readonly convolution: "ChannelsLastConv" | "BatchLastConv";
  /** Whether turning a network pays for this convolution of it. */
  readonly paysFor: (window: Window, x: Value, w: Value) => boolean;
}

/** [h, w, n, c]: for minimal filtering, which works on rows of channels. */
const CHANNELS_LAST: Layout = {
  order: [2, 3, 0, 1],
  convolution: "ChannelsLastConv",
  paysFor: (window, _x, w) => isFiltered(window.kernel, window.strides, w),
};

/** Shorter copies than of this many examples cost more than they save. */
const BATCH_LEAST = 16;
/** Columns of more elements leave the processor's cache; then the runtime's own convolution is better. */
const COLUMNS_MAX = 2 ** 21;

/** [c, h, w, n]: for strides, where the runtime's transposed convolution works on one thread. */
const BATCH_LAST: Layout = {
  order: [1, 2, 3, 0],
  convolution: "BatchLastConv",
  paysFor(window, x, w) {
    const out = slideShape(x.shape.slice(2), window);
    const columns = sizeOf(w.shape.slice(1)) * sizeOf(out) * dim(x.shape, 0);
    return window.strides.some((stride) => stride > 1) && dim(x.shape, 0) >= BATCH_LEAST && columns <= COLUMNS_MAX;
  },
};

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

const ALWAYS_BATCH_LAST: Layout = { ...BATCH_LAST, paysFor: () => true };

/**
 * Before differentiation: images [n, c, h, w] are turned to the layout that serves their convolutions, from convolution to
 * convolution, so that these are matrix products. Only where that pays for the two transposes at the ends. What reads a
 * value in the old layout gets it by a transpose; unread transposes are dead code. The exact engine has no convolution but
 * by products, so there it always pays.
 */
export function turnImages(graph: Graph, scope: Scope, engine: EngineChoice["kind"] = "native"): void {
  const layout = (engine === "native" ? [CHANNELS_LAST, BATCH_LAST] : [ALWAYS_BATCH_LAST]).find(({ paysFor }) =>
    graph.nodes.some((node) => {
      const [x, w] = node.inputs;
      const window = convolutionWindow(node);
      return window !== undefined && x !== undefined && w !== undefined && paysFor(window, x, w);
    }),
  );
  if (layout === undefined) return;
  const turn = new Turn(layout);
  rewrite(graph, scope, (b, node) => turn.node(b, node));
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

/** Turning one network: which of its values have a turned form. */
class Turn {
  private readonly turned = new Map<Value, Value>();
  /** New axes in the old order. */
  private readonly back: readonly number[];

  constructor(private readonly layout: Layout) {
    this.back = layout.order.map((_, axis) => layout.order.indexOf(axis));
  }

  /** What stands in for a node's outputs, in the old layout; undefined keeps the node. */
  node(b: Builder, node: Node): readonly Value[] | undefined {
    return this.results(b, node)?.map(({ value, isTurned }) => {
      if (!isTurned) return value;
      const back = b.transpose(value, this.back);
      this.turned.set(back, value);
      return back;
    });
  }

  /** The node on turned images, where it can work on them. */
  private results(b: Builder, node: Node): Results | undefined {
    if (node.op === "Conv") return this.convolution(b, node);
    const x = node.inputs.find((value) => value !== undefined && this.turned.has(value));
    const image = x === undefined ? undefined : this.turned.get(x);
    if (x === undefined || image === undefined) return undefined;
    if (node.op === "BatchStatisticsNormalization") return this.normalization(b, node, image);
    if (REDUCTIONS.has(node.op)) return this.reduction(b, node, image);
    const y = node.outputs[0];
    if (!ELEMENTWISE.has(node.op) || y === undefined || y.shape.join() !== x.shape.join()) return undefined;
    const operands = node.inputs.map((value) => value && (this.turned.get(value) ?? this.operand(b, value)));
    return [{ value: b.op(node.op, operands, node.attributes), isTurned: true }];
  }

  private convolution(b: Builder, node: Node): Results | undefined {
    const [x, w, bias] = node.inputs;
    const window = convolutionWindow(node);
    if (window === undefined || x === undefined || w === undefined) return undefined;
    const image = this.turned.get(x) ?? b.transpose(x, this.layout.order);
    this.turned.set(x, image);
    const { convolution } = this.layout;
    const takesBias = convolution === "BatchLastConv";
    const sum = b.op(convolution, takesBias ? [image, w, bias] : [image, w], turnedAttributes(window));
    return [{ value: bias === undefined || takesBias ? sum : b.add(sum, bias), isTurned: true }];
  }

  private normalization(b: Builder, node: Node, image: Value): Results {
    const attributes = { ...node.attributes, axis: int(this.back[1] ?? 1) };
    const values = b.node(node.op, [image, ...node.inputs.slice(1)], attributes, 3);
    return values.map((value, i) => ({ value, isTurned: i === 0 }));
  }

  private reduction(b: Builder, node: Node, image: Value): Results | undefined {
    const axes = frontAxes(knownNumbers(node.inputs[1]) ?? [0, 1, 2, 3], 4);
    const keeps = intAttribute(node, "keepdims", 1) === 1;
    const rest = this.layout.order.filter((axis) => !axes.includes(axis));
    const keepsOrder = rest.every((axis, i) => i === 0 || axis > (rest[i - 1] ?? 0));
    if (!keeps && !keepsOrder) return undefined;
    const places = axes.map((axis) => this.back[axis] ?? axis);
    const value = b.op(node.op, [image, b.ints(places)], node.attributes);
    return [{ value, isTurned: keeps }];
  }

  /** An operand that broadcasts over images, in the new order. */
  private operand(b: Builder, value: Value): Value {
    if (value.shape.length === 0) return value;
    const wide = b.reshape(value, [...new Array<number>(4 - value.shape.length).fill(1), ...value.shape]);
    return b.transpose(wide, this.layout.order);
  }
}
