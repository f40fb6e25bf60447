import { int, intAttribute, ints, isFloat, sizeOf } from "../ir";
import { misfit, unsupported } from "../refusal";
import { dim } from "../shape";
import { convInputGradient } from "./families/convolution";
import { slideShape, windowAttributes, windowOf } from "./families/window";
import { input, perElement, type Operator } from "./operator";

/** Mean over a window. */
export const averagePool: Operator = {
  name: "AveragePool",
  allowed: "buyer",
  inputs: [1, 1],
  attributes: { ...windowAttributes, count_include_pad: "int" },
  read({ b, inputs, attributes }) {
    const window = windowOf(attributes, input({ inputs }, 0).shape.slice(2));
    const include = intAttribute({ attributes }, "count_include_pad", 0);
    if (window.dilations.some((n) => n !== 1))
      unsupported("AveragePool with dilations is not supported.", "Use dilation 1.");
    if (include === 0 && [...window.before, ...window.after].some((n) => n > 0)) {
      unsupported(
        "AveragePool that leaves padding out of the mean is not supported.",
        "Export with count_include_pad = 1 or without padding.",
      );
    }
    const spelled = {
      kernel_shape: ints(window.kernel),
      pads: ints([...window.before, ...window.after]),
      strides: ints(window.strides),
    };
    return b.node("AveragePool", inputs, { ...spelled, count_include_pad: int(include) });
  },
  infer(draft) {
    const x = input(draft, 0);
    if (!isFloat(x.dtype)) misfit("AveragePool takes floating-point numbers.");
    return [
      {
        dtype: x.dtype,
        shape: [...x.shape.slice(0, 2), ...slideShape(x.shape.slice(2), windowOf(draft.attributes, x.shape.slice(2)))],
      },
    ];
  },
  gradient({ b, node, dy }) {
    const x = input(node, 0);
    const window = windowOf(node.attributes, x.shape.slice(2));
    const share = b.scale(dy, 1 / sizeOf(window.kernel));
    const spatial = x.shape.slice(2);
    const planes = dim(x.shape, 0) * dim(x.shape, 1);
    // Every plane is alike, so planes stand in for the batch and one channel of ones spreads them.
    const flat = b.reshape(share, [planes, 1, ...dy.shape.slice(2)]);
    const ones = b.filled(dy.dtype, [1, 1, ...window.kernel], 1);
    return [b.reshape(convInputGradient(b, flat, ones, window, 1, spatial), x.shape)];
  },
  cost: perElement(4),
};
