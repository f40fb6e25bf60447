import { knownNumbers, textAttribute, type Node } from "../ir";
import { misfit, unsupported } from "../refusal";
import { dim, frontAxis } from "../shape";
import { input, moves, type Draft, type Operator } from "./operator";

/** Pads with a constant; negative padding cuts off. */
export const pad: Operator = {
  name: "Pad",
  allowed: "buyer",
  inputs: [2, 4],
  attributes: { mode: "string" },
  read({ b, inputs, attributes }) {
    if (textAttribute({ attributes }, "mode", "constant") !== "constant")
      unsupported("Pad is supported in constant mode only.", "Use zero padding.");
    const x = input({ inputs }, 0);
    const value = inputs[2];
    if (value !== undefined && knownNumbers(value)?.length !== 1)
      unsupported("Pad has a computed value.", "Pad with a constant.");
    const given = knownNumbers(inputs[1]) ?? unsupported("Pad has computed widths.", "Export it with constant widths.");
    const axes =
      inputs[3] === undefined
        ? x.shape.map((_, i) => i)
        : (knownNumbers(inputs[3]) ?? misfit("Pad has computed axes."));
    if (given.length !== 2 * axes.length) misfit("Pad needs two widths for each axis.");
    const widths = new Array<number>(2 * x.shape.length).fill(0);
    axes.forEach((axis, i) => {
      const at = frontAxis(axis, x.shape.length);
      widths[at] = given[i] ?? 0;
      widths[at + x.shape.length] = given[i + axes.length] ?? 0;
    });
    if (widths.every((width) => width === 0)) return [x];
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

function widthsOf(node: Draft | Node): { before: number[]; after: number[] } {
  const widths = knownNumbers(node.inputs[1]) ?? misfit("Pad needs known widths.");
  const rank = input(node, 0).shape.length;
  if (widths.length !== 2 * rank) misfit("Pad needs two widths for each axis.");
  return { before: widths.slice(0, rank), after: widths.slice(rank) };
}
