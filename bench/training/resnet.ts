import { float, int, ints } from "../../src/graph/src/ir";
import { TemplateWriter } from "../../src/graph/src/templates/template-writer";

/** Channels of the four stages; each stage after the first halves the image. */
const STAGES = [64, 128, 256, 512];
const BLOCKS_PER_STAGE = 2;

/**
 * ResNet-18 in the form for small images (He et al. 2015, section 4.2, with the widths of ImageNet): a 3x3 convolution
 * without pooling comes first. 11.2 million parameters; batch normalization takes its statistics from the batch.
 */
export function resnetModel(o: { side: number; classCount: number; seed: number }): Uint8Array {
  const w = new TemplateWriter(o.seed);
  w.tensor("spatial", "int64", [2], BigInt64Array.of(2n, 3n));
  let x = activate(w, convolve(w, "x", "stem", { from: 3, to: STAGES[0] ?? 0, kernel: 3, stride: 1 }));
  let channels = STAGES[0] ?? 0;
  STAGES.forEach((width, stage) => {
    for (let index = 0; index < BLOCKS_PER_STAGE; index++) {
      const stride = stage > 0 && index === 0 ? 2 : 1;
      x = block(w, x, `stage${stage}.block${index}`, { from: channels, to: width, stride });
      channels = width;
    }
  });
  const pooled = w.node("ReduceMean", [x, "spatial"], "pooled", { keepdims: int(0) });
  const weight = w.weights("dense.weight", [channels, o.classCount], Math.sqrt(3 / channels));
  w.node("Gemm", [pooled, weight, w.filled("dense.bias", o.classCount, 0)], "logits");
  return w.finish(["x", "float32", ["batch", 3, o.side, o.side]], ["logits", "float32", ["batch", o.classCount]]);
}

/** Two convolutions beside a shortcut, which is a convolution itself where the shape changes. */
function block(w: TemplateWriter, x: string, name: string, o: { from: number; to: number; stride: number }): string {
  const first = activate(w, convolve(w, x, `${name}.first`, { ...o, kernel: 3 }));
  const second = convolve(w, first, `${name}.second`, { from: o.to, to: o.to, kernel: 3, stride: 1 });
  const same = o.from === o.to && o.stride === 1;
  const shortcut = same ? x : convolve(w, x, `${name}.shortcut`, { ...o, kernel: 1 });
  return activate(w, w.node("Add", [second, shortcut], `${name}.sum`));
}

function activate(w: TemplateWriter, x: string): string {
  return w.node("Relu", [x], `${x}.active`);
}

/** A convolution without bias and the normalization after it. */
function convolve(
  w: TemplateWriter,
  x: string,
  name: string,
  o: { from: number; to: number; kernel: number; stride: number },
): string {
  const bound = Math.sqrt(6 / (o.from * o.kernel * o.kernel));
  const pad = (o.kernel - 1) / 2;
  const sum = w.node(
    "Conv",
    [x, w.weights(`${name}.weight`, [o.to, o.from, o.kernel, o.kernel], bound)],
    `${name}.convolved`,
    {
      kernel_shape: ints([o.kernel, o.kernel]),
      pads: ints([pad, pad, pad, pad]),
      strides: ints([o.stride, o.stride]),
    },
  );
  const normal = `${name}.normal`;
  const statistics = [w.filled(`${normal}.mean`, o.to, 0), w.filled(`${normal}.variance`, o.to, 1)];
  const parameters = [w.filled(`${normal}.weight`, o.to, 1), w.filled(`${normal}.bias`, o.to, 0)];
  return w.node(
    "BatchNormalization",
    [sum, ...parameters, ...statistics],
    [normal, `${normal}.mean.next`, `${normal}.variance.next`],
    {
      training_mode: int(1),
      epsilon: float(1e-5),
      momentum: float(0.9),
    },
  );
}
