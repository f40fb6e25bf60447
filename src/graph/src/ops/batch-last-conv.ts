import type { Builder } from "../builder";
import { isFloat, type Attributes, type Value } from "../ir";
import { misfit } from "../refusal";
import { dim } from "../shape";
import { columnConvolution, columnInputGradient, columnWeightGradient } from "./families/columns";
import { convFlops } from "./families/convolution";
import type { Patching } from "./families/patches";
import { slideShape, turnedWindow } from "./families/window";
import { input, traffic, type Operator } from "./operator";

/**
 * Convolution of images [c, h, w, n] with kernels [m, c, kh, kw] and an optional bias [m]. With the batch last, columns for
 * any stride are copied in runs of a whole batch, and the forward product and that of the kernels' gradient share them.
 * It never stands in an emitted graph.
 */
export const batchLastConv: Operator = {
  name: "BatchLastConv",
  allowed: "compiler",
  inputs: [2, 3],
  attributes: { pads: "ints", strides: "ints" },
  infer(draft) {
    const [x, w] = [input(draft, 0), input(draft, 1)];
    if (!isFloat(x.dtype) || x.shape.length !== 4 || w.shape.length !== 4 || dim(x.shape, 0) !== dim(w.shape, 1))
      misfit("BatchLastConv has an input and weights that do not fit together.");
    const { window } = patching(x, w, draft.attributes);
    return [
      { dtype: x.dtype, shape: [dim(w.shape, 0), ...slideShape(x.shape.slice(1, -1), window), dim(x.shape, -1)] },
    ];
  },
  gradient({ b, node, dy, wants }) {
    const p = patching(input(node, 0), input(node, 1), node.attributes);
    return [
      wants(0) ? columnInputGradient(b, p, dy) : undefined,
      columnWeightGradient(b, p.x, dy, p.window),
      node.inputs[2] === undefined ? undefined : b.sum(dy, [1, 2, 3]),
    ];
  },
  lower: (b: Builder, node) => [
    columnConvolution(b, patching(input(node, 0), input(node, 1), node.attributes), node.inputs[2]),
  ],
  cost: (node) => ({ flops: convFlops(input(node, 1).shape, node.outputs[0]?.shape ?? []), bytes: traffic(node) }),
};

function patching(x: Value, w: Value, attributes: Attributes): Patching {
  return { x, w, window: turnedWindow(attributes, x.shape.slice(1, -1), w.shape.slice(2)) };
}
