import type { Builder } from "../builder";
import { knownNumbers, textAttribute, type Node, type Value } from "../ir";
import { misfit, unsupported } from "../refusal";
import { dim, frontAxis } from "../shape";
import { input, moves, type Draft, type Operator, type Reading } from "./operator";
import { reversed } from "./slice";

/** Pads with a constant, or from the tensor itself by way of slices; negative padding cuts off. */
export const pad: Operator = {
  name: "Pad",
  allowed: "buyer",
  inputs: [2, 4],
  attributes: { mode: "string" },
  limits: "Widths and the value must be constant.",
  read(reading) {
    const { b, inputs } = reading;
    const x = input(reading, 0);
    const widths = askedWidths(reading);
    if (widths.every((width) => width === 0)) return [x];
    const mode = textAttribute(reading, "mode", "constant");
    if (mode !== "constant") return [borderPadded(b, x, widths, mode)];
    const value = inputs[2];
    if (value !== undefined && value.data?.length !== 1)
      unsupported("Pad has a computed value.", "Pad with a constant.");
    return [b.op("Pad", value === undefined ? [x, b.ints(widths)] : [x, b.ints(widths), value])];
  },
  infer(draft) {
    const x = input(draft, 0);
    const { before, after } = widthsOf(draft);
    return [{ dtype: x.dtype, shape: x.shape.map((size, i) => size + (before[i] ?? 0) + (after[i] ?? 0)) }];
  },
  gradient({ b, node, dy }) {
    const x = input(node, 0);
    const { before, after } = widthsOf(node);
    const axes = x.shape.map((_, i) => i);
    const starts = before.map((n) => Math.max(0, n));
    const ends = axes.map((axis) => dim(dy.shape, axis) - Math.max(0, after[axis] ?? 0));
    const cut = b.slice(dy, axes, starts, ends);
    return [
      b.pad(
        cut,
        before.map((n) => Math.max(0, -n)),
        after.map((n) => Math.max(0, -n)),
      ),
      ...node.inputs.slice(1).map(() => undefined),
    ];
  },
  cost: moves,
};

/** Widths before and after every axis of a buyer's node. */
function askedWidths(reading: Reading): number[] {
  const { inputs } = reading;
  const x = input(reading, 0);
  const given = knownNumbers(inputs[1]) ?? unsupported("Pad has computed widths.", "Export it with constant widths.");
  const axes =
    inputs[3] === undefined ? x.shape.map((_, i) => i) : (knownNumbers(inputs[3]) ?? misfit("Pad has computed axes."));
  if (given.length !== 2 * axes.length) misfit("Pad needs two widths for each axis.");
  const widths = new Array<number>(2 * x.shape.length).fill(0);
  axes.forEach((axis, i) => {
    const at = frontAxis(axis, x.shape.length);
    widths[at] = given[i] ?? 0;
    widths[at + x.shape.length] = given[i + axes.length] ?? 0;
  });
  return widths;
}

/** Pads by repeating the edge, reflecting at it, or wrapping around: slices of the tensor joined to it, axis by axis. */
function borderPadded(b: Builder, x: Value, widths: readonly number[], mode: string): Value {
  const rank = x.shape.length;
  const axes = x.shape.map((_, axis) => axis);
  let padded = b.slice(
    x,
    axes,
    axes.map((axis) => Math.max(0, -(widths[axis] ?? 0))),
    axes.map((axis) => dim(x.shape, axis) - Math.max(0, -(widths[axis + rank] ?? 0))),
  );
  for (const axis of axes) {
    const [before, after] = [Math.max(0, widths[axis] ?? 0), Math.max(0, widths[axis + rank] ?? 0)];
    const parts = [...border(b, padded, axis, before, "before", mode), padded];
    padded = b.concat([...parts, ...border(b, padded, axis, after, "after", mode)], axis);
  }
  return padded;
}

/** What stands beside the tensor on one side of an axis; nothing where the width is 0. */
function border(b: Builder, x: Value, axis: number, width: number, side: "before" | "after", mode: string): Value[] {
  if (width === 0) return [];
  const size = dim(x.shape, axis);
  const room = mode === "reflect" ? size - 1 : mode === "wrap" ? size : size > 0 ? width : 0;
  if (width > room)
    unsupported(
      `Pad of ${width} by ${mode} on an axis of ${size} is not supported.`,
      "Pad by less than the size of the axis.",
    );
  const part = (from: number, to: number) => b.slice(x, [axis], [from], [to]);
  switch (mode) {
    case "edge": {
      const edge = side === "before" ? part(0, 1) : part(size - 1, size);
      return [
        b.expand(
          edge,
          x.shape.map((each, i) => (i === axis ? width : each)),
        ),
      ];
    }
    case "reflect":
      return [reversed(b, side === "before" ? part(1, width + 1) : part(size - 1 - width, size - 1), [axis])];
    case "wrap":
      return [side === "before" ? part(size - width, size) : part(0, width)];
    default:
      return misfit(`Pad has no mode "${mode}".`);
  }
}

function widthsOf(node: Draft | Node): { before: number[]; after: number[] } {
  const widths = knownNumbers(node.inputs[1]) ?? misfit("Pad needs known widths.");
  const rank = input(node, 0).shape.length;
  if (widths.length !== 2 * rank) misfit("Pad needs two widths for each axis.");
  return { before: widths.slice(0, rank), after: widths.slice(rank) };
}
