import { int, intAttribute, ints, sizeOf, text } from "../ir";
import { misfit, unsupported } from "../refusal";
import { slideShape, windowAttributes, windowOf } from "./families/window";
import { input, output, perElement, type Operator } from "./operator";

/** Maximum over a window. The second output numbers the chosen elements in the whole flattened input. */
export const maxPool: Operator = {
  name: "MaxPool",
  allowed: "buyer",
  optionalOutputs: true,
  inputs: [1, 1],
  attributes: { ...windowAttributes, storage_order: "int" },
  limits: "Indices count in row-major order.",
  read({ b, inputs, attributes }) {
    if (intAttribute({ attributes }, "storage_order", 0) !== 0)
      unsupported("MaxPool with column-major indices is not supported.", "Use storage_order = 0.");
    const window = windowOf(attributes, input({ inputs }, 0).shape.slice(2));
    const spelled = {
      dilations: ints(window.dilations),
      kernel_shape: ints(window.kernel),
      pads: ints([...window.before, ...window.after]),
      strides: ints(window.strides),
    };
    return b.node("MaxPool", inputs, spelled, 2);
  },
  infer(draft) {
    const x = input(draft, 0);
    if (x.dtype !== "float32" && x.dtype !== "float64") misfit("MaxPool takes floating-point numbers.");
    const shape = [
      ...x.shape.slice(0, 2),
      ...slideShape(x.shape.slice(2), windowOf(draft.attributes, x.shape.slice(2))),
    ];
    return [
      { dtype: x.dtype, shape },
      { dtype: "int64", shape },
    ];
  },
  gradient({ b, node, dy }) {
    const x = input(node, 0);
    const window = windowOf(node.attributes, x.shape.slice(2));
    // Windows that do not overlap choose every element at most once, so nothing needs adding.
    const apart = window.kernel.every((k, i) => (k - 1) * (window.dilations[i] ?? 1) < (window.strides[i] ?? 1));
    const zeros = b.filled(dy.dtype, [sizeOf(x.shape)], 0);
    const chosen = b.reshape(output(node, 1), [sizeOf(dy.shape)]);
    const flat = b.op("ScatterElements", [zeros, chosen, b.reshape(dy, [sizeOf(dy.shape)])], {
      axis: int(0),
      reduction: text(apart ? "none" : "add"),
    });
    return [b.reshape(flat, x.shape)];
  },
  cost: perElement(9),
};
