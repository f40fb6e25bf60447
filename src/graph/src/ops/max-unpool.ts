import { int, intsAttribute, knownNumbers, sizeOf, text } from "../ir";
import { misfit, unsupported } from "../refusal";
import { composed } from "./families/composed";
import { input } from "./operator";

/** Puts pooled elements back to the places they were taken from, and zeros elsewhere. */
export const maxUnpool = composed(
  "MaxUnpool",
  { inputs: [2, 3], attributes: { kernel_shape: "ints", pads: "ints", strides: "ints" } },
  (reading) => {
    const { b } = reading;
    const [x, places] = [input(reading, 0), input(reading, 1)];
    const kernel = intsAttribute(reading, "kernel_shape") ?? misfit("MaxUnpool has no kernel_shape.");
    const strides = intsAttribute(reading, "strides") ?? kernel.map(() => 1);
    const pads = intsAttribute(reading, "pads") ?? [...kernel, ...kernel].map(() => 0);
    const asked =
      reading.inputs[2] === undefined
        ? undefined
        : (knownNumbers(reading.inputs[2]) ??
          unsupported("MaxUnpool has a computed output shape.", "Export it with a constant output shape."));
    const spatial = x.shape
      .slice(2)
      .map(
        (size, i) =>
          (size - 1) * (strides[i] ?? 1) + (kernel[i] ?? 1) - (pads[i] ?? 0) - (pads[i + kernel.length] ?? 0),
      );
    const shape = asked ?? [...x.shape.slice(0, 2), ...spatial];
    const count = sizeOf(x.shape);
    const zeros = b.filled(x.dtype, [sizeOf(shape)], 0);
    const flat = b.op("ScatterElements", [zeros, b.reshape(places, [count]), b.reshape(x, [count])], {
      axis: int(0),
      reduction: text("none"),
    });
    return [b.reshape(flat, shape)];
  },
);
