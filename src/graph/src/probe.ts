import { Builder } from "./builder";
import { int, ints, sizeOf, type Value } from "./ir";
import { convInputGradient, convWeightGradient, windowToAttributes } from "./ops/families/convolution";
import { writeModel } from "./onnx/write";
import type { Tensor } from "./options";
import { lowerNative } from "./passes/lower-native";
import { uniform } from "./templates/random";

/** Version of the probe's content; a changed probe names other classes. */
const SEED = 20_261;

/**
 * A small graph whose output bytes name a machine's numeric class: every operator family and shape regime that native
 * lowering emits. Outputs are "probe.<k>". Inputs are fed, so that nothing is folded before it runs.
 */
export function probeModel(): { model: Uint8Array; inputs: Tensor[] } {
  const b = new Builder();
  const inputs: Tensor[] = [];
  const feed = (shape: readonly number[], bound = 1): Value => {
    const name = `in.${inputs.length}`;
    const data = uniform(SEED, inputs.length, sizeOf(shape), bound);
    inputs.push({ name, dtype: "float32", shape, data: new Uint8Array(data.buffer) });
    return b.input(name, "float32", shape);
  };
  b.graph.outputs = [...products(b, feed), ...convolutions(b, feed), ...functions(b, feed), ...reductions(b, feed)];
  lowerNative(b.graph, b.scope);
  const names = new Map(b.graph.outputs.map((value, k) => [value, `probe.${k}`]));
  return { model: writeModel(b.graph, { names }), inputs };
}

type Feed = (shape: readonly number[], bound?: number) => Value;

/** N below, at and above the width of kernels; K beyond one block of 128; every transpose; one row; one column; stacks. */
function products(b: Builder, feed: Feed): Value[] {
  const [wide, tall] = [feed([48, 300]), feed([300, 70])];
  const [few, many] = [feed([300, 10]), feed([20, 300])];
  const bias = feed([70]);
  const [q, k] = [feed([6, 33, 24]), feed([6, 33, 24])];
  return [
    b.gemm(wide, tall, bias),
    b.gemm(wide, few),
    b.gemm(many, wide, undefined, { transB: true, alpha: 0.37 }),
    b.gemm(few, tall, undefined, { transA: true }),
    b.gemm(feed([1, 300]), tall),
    b.gemm(wide, feed([300, 1])),
    b.op("MatMul", [q, b.transpose(k, [0, 2, 1])]),
    b.fusedMatMul(q, k, { transB: true, alpha: 0.204 }),
    b.fusedMatMul(q, k, { transA: true }),
    b.gemm(feed([64, 900]), feed([900, 200])),
  ];
}

function convolutions(b: Builder, feed: Feed): Value[] {
  const found: Value[] = [];
  for (const [channels, outputs, kernel, stride] of [
    [1, 16, 5, 2],
    [16, 24, 3, 1],
    [8, 8, 1, 1],
  ] as const) {
    const pad = (kernel - 1) / 2;
    const window = {
      kernel: [kernel, kernel],
      strides: [stride, stride],
      dilations: [1, 1],
      before: [pad, pad],
      after: [pad, pad],
    };
    const [x, w] = [feed([3, channels, 14, 14]), feed([outputs, channels, kernel, kernel])];
    const y = b.op("Conv", [x, w, feed([outputs])], windowToAttributes(window, 1));
    const dy = feed(y.shape);
    found.push(y, convInputGradient(b, dy, w, window, 1, [14, 14]), convWeightGradient(b, x, dy, window, 1));
  }
  const image = feed([2, 4, 12, 12]);
  const window = { kernel_shape: ints([2, 2]), strides: ints([2, 2]) };
  return [...found, b.op("MaxPool", [image], window), b.op("AveragePool", [image], window)];
}

function functions(b: Builder, feed: Feed): Value[] {
  const x = feed([33, 77], 6);
  const positive = b.shift(b.op("Abs", [x]), 0.01);
  const [y] = b.node("LayerNormalization", [x, feed([77]), feed([77])], { axis: int(-1) }, 3);
  const numbers = b.cast(b.op("Floor", [b.scale(positive, 3)]), "int64");
  return [
    ...["Exp", "Erf", "Tanh", "Sigmoid", "Relu", "Softmax", "LogSoftmax", "Gelu", "Softplus"].map((op) =>
      b.op(op, [x]),
    ),
    ...["Log", "Sqrt", "Reciprocal"].map((op) => b.op(op, [positive])),
    b.div(x, positive),
    b.op("Pow", [positive, b.scalar("float32", 1.7)]),
    ...(y === undefined ? [] : [y]),
    b.gather(feed([32, 5]), numbers),
    b.sum(b.oneHot(numbers, 32, "float32"), [0]),
  ];
}

/** First, middle, last, several and all axes; sizes that are no multiple of any vector width. */
function reductions(b: Builder, feed: Feed): Value[] {
  const x = feed([13, 37, 131]);
  return [[0], [1], [2], [0, 1], [0, 2], [1, 2], [0, 1, 2]].flatMap((axes) => [
    b.sum(x, axes),
    b.reduce("ReduceMean", x, axes, false),
    b.reduce("ReduceMax", x, axes, false),
  ]);
}
