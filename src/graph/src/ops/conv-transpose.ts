import { intAttribute, ints, intsAttribute, isFloat, sizeOf, textAttribute, type Attributes } from "../ir";
import { misfit, unsupported } from "../refusal";
import { dim } from "../shape";
import { convWeightGradient, windowToAttributes } from "./families/convolution";
import { windowAttributes, windowOf, type Window } from "./families/window";
import { input, traffic, type Operator } from "./operator";

/** The adjoint of Conv: spreads every input element over a window of the output. Weights are [Ci, Co/g, ...k]. */
export const convTranspose: Operator = {
  name: "ConvTranspose",
  allowed: "buyer",
  inputs: [2, 3],
  attributes: { ...windowAttributes, group: "int", output_padding: "ints", output_shape: "ints" },
  read({ b, inputs, attributes }) {
    const [x, w] = [input({ inputs }, 0), input({ inputs }, 1)];
    const { auto_pad: _mode, ...listed } = attributes;
    const plain = windowOf(listed, x.shape.slice(2), w.shape.slice(2));
    const extra = intsAttribute({ attributes }, "output_padding") ?? plain.kernel.map(() => 0);
    const window = { ...plain, ...fittingPads(attributes, x.shape.slice(2), plain, extra) };
    return b.node("ConvTranspose", inputs, {
      ...windowToAttributes(window, intAttribute({ attributes }, "group", 1)),
      output_padding: ints(extra),
    });
  },
  infer(draft) {
    const [x, w, bias] = [input(draft, 0), input(draft, 1), draft.inputs[2]];
    const group = intAttribute(draft, "group", 1);
    if (!isFloat(x.dtype) || w.dtype !== x.dtype || w.shape.length !== x.shape.length)
      misfit("ConvTranspose has an input and weights that do not fit together.");
    if (group < 1 || dim(x.shape, 1) !== dim(w.shape, 0) || dim(w.shape, 0) % group !== 0)
      misfit("ConvTranspose has channels that do not fit its weights.");
    const window = windowOf(draft.attributes, x.shape.slice(2), w.shape.slice(2));
    const extra = intsAttribute(draft, "output_padding") ?? window.kernel.map(() => 0);
    const outputs = dim(w.shape, 1) * group;
    if (bias !== undefined && (bias.dtype !== x.dtype || bias.shape.join() !== String(outputs)))
      misfit("ConvTranspose has a bias that does not fit its weights.");
    const spatial = window.kernel.map((k, i) => {
      const reach = (k - 1) * (window.dilations[i] ?? 1) + 1;
      const size =
        (dim(x.shape, i + 2) - 1) * (window.strides[i] ?? 1) +
        reach -
        (window.before[i] ?? 0) -
        (window.after[i] ?? 0) +
        (extra[i] ?? 0);
      return size >= 1 ? size : misfit("ConvTranspose has more padding than output.");
    });
    return [{ dtype: x.dtype, shape: [dim(x.shape, 0), outputs, ...spatial] }];
  },
  // A convolution of dy undoes the spreading; the weights see dy as the wider side.
  gradient({ b, node, dy, wants }) {
    const [x, w, bias] = [input(node, 0), input(node, 1), node.inputs[2]];
    const group = intAttribute(node, "group", 1);
    const window = windowOf(node.attributes, x.shape.slice(2), w.shape.slice(2));
    const everywhere = dy.shape.flatMap((_, axis) => (axis === 1 ? [] : [axis]));
    return [
      wants(0)
        ? b.slice(
            b.op("Conv", [dy, w], windowToAttributes(window, group)),
            x.shape.map((_, i) => i),
            x.shape.map(() => 0),
            x.shape,
          )
        : undefined,
      wants(1) ? convWeightGradient(b, dy, x, window, group) : undefined,
      bias === undefined ? undefined : b.sum(dy, everywhere),
    ];
  },
  cost: (node) => ({
    flops: 2 * sizeOf(input(node, 1).shape.slice(1)) * sizeOf(input(node, 0).shape),
    bytes: traffic(node),
  }),
};

/** Padding with which the output has the asked size: that of output_shape, or the input times the stride for SAME modes. */
function fittingPads(
  attributes: Attributes,
  spatial: readonly number[],
  window: Window,
  extra: readonly number[],
): Pick<Window, "before" | "after"> {
  const mode = textAttribute({ attributes }, "auto_pad", "NOTSET");
  if (mode === "VALID") return { before: spatial.map(() => 0), after: spatial.map(() => 0) };
  if (!["NOTSET", "SAME_UPPER", "SAME_LOWER"].includes(mode)) misfit(`auto_pad "${mode}" does not exist.`);
  const asked =
    intsAttribute({ attributes }, "output_shape") ??
    (mode === "NOTSET" ? undefined : spatial.map((size, i) => size * (window.strides[i] ?? 1)));
  if (asked === undefined) return window;
  const total = spatial.map((size, i) => {
    const reach = ((window.kernel[i] ?? 1) - 1) * (window.dilations[i] ?? 1) + 1;
    const pads = (size - 1) * (window.strides[i] ?? 1) + reach + (extra[i] ?? 0) - (asked[i] ?? 0);
    return pads >= 0
      ? pads
      : unsupported("ConvTranspose is asked for more output than it makes.", "Use output_padding.");
  });
  const small = total.map((n) => Math.floor(n / 2));
  const large = total.map((n) => Math.ceil(n / 2));
  return mode === "SAME_UPPER" ? { before: small, after: large } : { before: large, after: small };
}
