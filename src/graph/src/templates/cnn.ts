import { ints } from "../ir";
import { checkSizes } from "./check-sizes";
import { TemplateWriter } from "./template-writer";

/** Channels of the two convolutions and width of the dense layer. */
const FIRST = 16;
const SECOND = 32;
const HIDDEN = 128;

/**
 * A small image classifier: two strided convolutions and two dense layers; input "x" float32 ["batch", c, h, w], output
 * "logits" float32 ["batch", classCount]. Strides do the down-sampling, which pooling would do with a costly scatter in
 * the backward pass. Deterministic in `seed`; refuses impossible sizes.
 */
export function cnnTemplate(o: {
  channels: number;
  height: number;
  width: number;
  classCount: number;
  seed: number;
}): Uint8Array {
  checkSizes({ channels: o.channels, height: o.height, width: o.width, classCount: o.classCount });
  const w = new TemplateWriter(o.seed);
  const halved = (size: number): number => Math.ceil(size / 2);
  const convolution = (x: string, name: string, from: number, to: number, kernel: number): string => {
    const weight = w.weights(`${name}.weight`, [to, from, kernel, kernel], Math.sqrt(6 / (from * kernel * kernel)));
    const pad = (kernel - 1) / 2;
    const attributes = {
      kernel_shape: ints([kernel, kernel]),
      pads: ints([pad, pad, pad, pad]),
      strides: ints([2, 2]),
    };
    return w.node(
      "Relu",
      [w.node("Conv", [x, weight, w.filled(`${name}.bias`, to, 0)], `${name}.sum`, attributes)],
      `${name}.out`,
    );
  };
  const dense = (x: string, name: string, output: string, from: number, to: number, gain: number): string =>
    w.node(
      "Gemm",
      [x, w.weights(`${name}.weight`, [from, to], Math.sqrt(gain / from)), w.filled(`${name}.bias`, to, 0)],
      output,
    );
  const images = convolution(convolution("x", "conv0", o.channels, FIRST, 5), "conv1", FIRST, SECOND, 3);
  const features = SECOND * halved(halved(o.height)) * halved(halved(o.width));
  const flat = w.node("Flatten", [images], "flat");
  const hidden = w.node("Relu", [dense(flat, "dense0", "dense0.sum", features, HIDDEN, 6)], "dense0.out");
  dense(hidden, "dense1", "logits", HIDDEN, o.classCount, 3);
  return w.finish(
    ["x", "float32", ["batch", o.channels, o.height, o.width]],
    ["logits", "float32", ["batch", o.classCount]],
  );
}
