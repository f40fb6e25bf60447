import type { Builder } from "../builder";
import { isFloat, type Attributes, type Value } from "../ir";
import { misfit } from "../refusal";
import { dim } from "../shape";
import { convFlops } from "./families/convolution";
import { patchConvolution, patchGradients } from "./families/patches";
import { slideShape, turnedWindow, type Window } from "./families/window";
import { filter, filterGradients, type Filtering } from "./families/winograd";
import { input, traffic, type Operator } from "./operator";

/**
 * Convolution of images [h, w, n, c] with kernels [m, c, kh, kw], no bias. The layout makes every form of it a matrix
 * product that moves no data, with rows of channels. It never stands in an emitted graph.
 */
export const channelsLastConv: Operator = {
  name: "ChannelsLastConv",
  allowed: "compiler",
  inputs: [2, 2],
  attributes: { pads: "ints", strides: "ints" },
  infer(draft) {
    const [x, w] = [input(draft, 0), input(draft, 1)];
    if (!isFloat(x.dtype) || x.shape.length !== 4 || w.shape.length !== 4 || dim(x.shape, 3) !== dim(w.shape, 1))
      misfit("ChannelsLastConv has an input and weights that do not fit together.");
    const window = windowIn(draft.attributes, x, w);
    return [{ dtype: x.dtype, shape: [...slideShape(x.shape.slice(0, 2), window), dim(x.shape, 2), dim(w.shape, 0)] }];
  },
  gradient({ b, node, dy, wants }) {
    const form = formOf(input(node, 0), input(node, 1), node.attributes);
    const [dx, dw] =
      "filtering" in form ? filterGradients(b, form.filtering, dy) : patchGradients(b, form.patches, dy, wants(0));
    return [dx, dw];
  },
  lower(b: Builder, node) {
    const form = formOf(input(node, 0), input(node, 1), node.attributes);
    return ["filtering" in form ? filter(b, form.filtering) : patchConvolution(b, form.patches)];
  },
  cost: (node) => ({ flops: convFlops(input(node, 1).shape, node.outputs[0]?.shape ?? []), bytes: traffic(node) }),
};

/** Fewer channels than this on either side make the tiles' transforms cost more than the products save. */
const CHANNELS_LEAST = 32;

/** Whether a convolution of stride 1 and dilation 1 is done by minimal filtering. */
export function isFiltered(kernel: readonly number[], strides: readonly number[], w: Value): boolean {
  return (
    kernel.every((size) => size === 3) &&
    strides.every((stride) => stride === 1) &&
    Math.min(dim(w.shape, 0), dim(w.shape, 1)) >= CHANNELS_LEAST
  );
}

type Form = { filtering: Filtering } | { patches: { x: Value; w: Value; window: Window } };

function formOf(x: Value, w: Value, attributes: Attributes): Form {
  const window = windowIn(attributes, x, w);
  if (x.dtype !== "float32" || !isFiltered(window.kernel, window.strides, w)) return { patches: { x, w, window } };
  return { filtering: { x, w, before: window.before, out: slideShape(x.shape.slice(0, 2), window) } };
}

function windowIn(attributes: Attributes, x: Value, w: Value): Window {
  return turnedWindow(attributes, x.shape.slice(0, 2), w.shape.slice(2));
}
