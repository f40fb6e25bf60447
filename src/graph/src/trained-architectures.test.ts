import { describe, expect, test } from "vitest";
import { compileTraining, inspectModel } from ".";
import { float, int, ints, text, type Attribute } from "./ir";
import { attribute, handMade, node, port, tensor } from "./testing/model-writer";
import { noise } from "./testing/runtime";
import { runTraining, type FedRows } from "./testing/run-training";
import { trainingOptions } from "./testing/training";

/** Small networks of the families that people export, each with the operators that its family is known for. */

let seed = 100;
const weights = (name: string, ...shape: number[]) => {
  const count = shape.reduce((a, b) => a * b, 1);
  const fan = shape.slice(1).reduce((a, b) => a * b, 1);
  return tensor(
    name,
    shape,
    noise(count, ++seed).map((x) => x / Math.sqrt(Math.max(1, fan))),
  );
};
const ones = (name: string, size: number, value = 1) => tensor(name, [size], new Array<number>(size).fill(value));
const numbers = (name: string, ...values: number[]) => tensor(name, [values.length], values, "int64");
const at = (op: string, inputs: string[], outputs: string[], attributes: Record<string, Attribute> = {}) =>
  node(op, inputs, outputs, {
    name: `/${outputs[0] ?? op}`,
    attributes: Object.entries(attributes).map(([name, value]) => attribute(name, value)),
  });

interface Architecture {
  readonly name: string;
  readonly forward: Uint8Array;
  readonly row: readonly number[];
  readonly isTokens: boolean;
  readonly label: readonly number[];
  readonly classes: number;
}

const image = (classes: number) => ({
  inputs: [port("x", ["batch", 1, 8, 8])],
  outputs: [port("logits", ["batch", classes])],
});
const sliding = (kernel: number, stride: number, pad: number, group = 1) => ({
  kernel_shape: ints([kernel, kernel]),
  strides: ints([stride, stride]),
  pads: ints([pad, pad, pad, pad]),
  group: int(group),
});

/** Depthwise convolutions, hard activations, squeeze and excitation. */
const mobile: Architecture = {
  name: "a mobile network",
  row: [1, 8, 8],
  isTokens: false,
  label: [],
  classes: 4,
  forward: handMade({
    opset: 17,
    ...image(4),
    initializers: [
      weights("stem", 6, 1, 3, 3),
      weights("depthwise", 6, 1, 3, 3),
      weights("squeeze", 3, 6, 1, 1),
      weights("excite", 6, 3, 1, 1),
      weights("slope", 6, 1, 1),
      weights("head", 4, 6),
      ones("head.bias", 4, 0),
    ],
    nodes: [
      at("Conv", ["x", "stem"], ["c0"], sliding(3, 1, 1)),
      at("HardSwish", ["c0"], ["h0"]),
      at("Conv", ["h0", "depthwise"], ["c1"], sliding(3, 1, 1, 6)),
      at("PRelu", ["c1", "slope"], ["h1"]),
      at("GlobalAveragePool", ["h1"], ["g"]),
      at("Conv", ["g", "squeeze"], ["s0"], sliding(1, 1, 0)),
      at("Relu", ["s0"], ["s1"]),
      at("Conv", ["s1", "excite"], ["s2"], sliding(1, 1, 0)),
      at("HardSigmoid", ["s2"], ["s3"], { alpha: float(1 / 6) }),
      at("Mul", ["h1", "s3"], ["m"]),
      at("GlobalMaxPool", ["m"], ["p"]),
      at("Flatten", ["p"], ["f"]),
      at("Gemm", ["f", "head", "head.bias"], ["logits"], { transB: int(1) }),
    ],
  }),
};

/** Parallel branches with pooling of every kind, and responses normalised locally. */
const inception: Architecture = {
  name: "an inception network",
  row: [1, 8, 8],
  isTokens: false,
  label: [],
  classes: 4,
  forward: handMade({
    opset: 17,
    ...image(4),
    initializers: [
      weights("stem", 6, 1, 3, 3),
      weights("one", 4, 6, 1, 1),
      weights("two", 4, 6, 3, 3),
      weights("scale", 6),
      weights("shift", 6),
      weights("head", 4, 14),
      ones("head.bias", 4, 0),
    ],
    nodes: [
      at("Conv", ["x", "stem"], ["c0"], sliding(3, 1, 1)),
      at("InstanceNormalization", ["c0", "scale", "shift"], ["n0"]),
      at("Relu", ["n0"], ["r0"]),
      at("LRN", ["r0"], ["l0"], { size: int(5), alpha: float(1e-3), beta: float(0.75) }),
      at("MaxPool", ["l0"], ["p0"], { ...pooling(3, 2, 0), ceil_mode: int(1) }),
      at("Conv", ["p0", "one"], ["b0"], sliding(1, 1, 0)),
      at("Conv", ["p0", "two"], ["b1"], sliding(3, 1, 1)),
      at("AveragePool", ["p0"], ["b2"], { ...pooling(3, 1, 1), count_include_pad: int(0) }),
      at("Concat", ["b0", "b1", "b2"], ["joined"], { axis: int(1) }),
      at("GlobalAveragePool", ["joined"], ["g"]),
      at("Flatten", ["g"], ["f"]),
      at("Gemm", ["f", "head", "head.bias"], ["logits"], { transB: int(1) }),
    ],
  }),
};

function pooling(kernel: number, stride: number, pad: number): Record<string, Attribute> {
  const { group: _group, ...window } = sliding(kernel, stride, pad);
  return window;
}

/** Down by convolution, up by interpolation and by transposed convolution, one class a pixel. */
const segmentation: Architecture = {
  name: "a segmentation network",
  row: [1, 8, 8],
  isTokens: false,
  label: [8, 8],
  classes: 3,
  forward: handMade({
    opset: 21,
    inputs: [port("x", ["batch", 1, 8, 8])],
    outputs: [port("logits", ["batch", 8, 8, 3])],
    initializers: [
      weights("down", 8, 1, 3, 3),
      weights("group.scale", 8),
      weights("group.shift", 8),
      weights("up", 8, 4, 2, 2),
      weights("head", 3, 13, 1, 1),
      tensor("scales", [4], [1, 1, 2, 2]),
      numbers("pads", 0, 0, 1, 1, 0, 0, 1, 1),
    ],
    nodes: [
      at("Pad", ["x", "pads"], ["padded"], { mode: text("reflect") }),
      at("Conv", ["padded", "down"], ["c0"], sliding(3, 2, 0)),
      at("GroupNormalization", ["c0", "group.scale", "group.shift"], ["n0"], { num_groups: int(2) }),
      at("Mish", ["n0"], ["m0"]),
      at("ConvTranspose", ["m0", "up"], ["u0"], { kernel_shape: ints([2, 2]), strides: ints([2, 2]) }),
      at("Resize", ["m0", "", "scales"], ["u1"], {
        mode: text("linear"),
        coordinate_transformation_mode: text("pytorch_half_pixel"),
      }),
      at("Concat", ["u0", "u1", "x"], ["joined"], { axis: int(1) }),
      at("Conv", ["joined", "head"], ["planes"], sliding(1, 1, 0)),
      at("Transpose", ["planes"], ["logits"], { perm: ints([0, 2, 3, 1]) }),
    ],
  }),
};

/** An embedding, a bidirectional LSTM and a GRU over it, the last state classified. */
const recurrent: Architecture = {
  name: "a recurrent network",
  row: [6],
  isTokens: true,
  label: [],
  classes: 4,
  forward: handMade({
    opset: 14,
    inputs: [port("tokens", ["batch", 6], "int64")],
    outputs: [port("logits", ["batch", 4])],
    initializers: [
      weights("embedding", 11, 8),
      weights("lstm.w", 2, 24, 8),
      weights("lstm.r", 2, 24, 6),
      weights("lstm.b", 2, 48),
      weights("gru.w", 1, 15, 12),
      weights("gru.r", 1, 15, 5),
      weights("gru.b", 1, 30),
      weights("head", 4, 5),
      ones("head.bias", 4, 0),
      numbers("join", 0, 0, -1),
      numbers("first", 0),
    ],
    nodes: [
      at("Gather", ["embedding", "tokens"], ["e"]),
      at("Transpose", ["e"], ["steps"], { perm: ints([1, 0, 2]) }),
      at("LSTM", ["steps", "lstm.w", "lstm.r", "lstm.b"], ["y0", "h0", "c0"], {
        hidden_size: int(6),
        direction: text("bidirectional"),
      }),
      at("Transpose", ["y0"], ["y1"], { perm: ints([0, 2, 1, 3]) }),
      at("Reshape", ["y1", "join"], ["y2"]),
      at("GRU", ["y2", "gru.w", "gru.r", "gru.b"], ["", "h1"], { hidden_size: int(5), linear_before_reset: int(1) }),
      at("Squeeze", ["h1", "first"], ["last"]),
      at("Gemm", ["last", "head", "head.bias"], ["logits"], { transB: int(1) }),
    ],
  }),
};

/** Root-mean-square norms, rotary positions, grouped heads, a gated feed-forward layer. */
const llama: Architecture = {
  name: "a decoder of the LLaMA family",
  row: [6],
  isTokens: true,
  label: [6],
  classes: 11,
  forward: handMade({
    opset: 23,
    inputs: [port("tokens", ["batch", 6], "int64")],
    outputs: [port("logits", ["batch", 6, 11])],
    initializers: [
      weights("embedding", 11, 8),
      ones("norm0", 8),
      ones("norm1", 8),
      weights("q", 8, 8),
      weights("k", 8, 4),
      weights("v", 8, 4),
      weights("o", 8, 8),
      weights("gate", 8, 12),
      weights("up", 8, 12),
      weights("down", 12, 8),
      weights("head", 8, 11),
      tensor("cos", [1, 6, 1], [0, 1, 2, 3, 4, 5].map(Math.cos)),
      tensor("sin", [1, 6, 1], [0, 1, 2, 3, 4, 5].map(Math.sin)),
      numbers("last", -1),
    ],
    nodes: [
      at("Gather", ["embedding", "tokens"], ["x0"]),
      at("RMSNormalization", ["x0", "norm0"], ["n0"]),
      at("MatMul", ["n0", "q"], ["q0"]),
      at("MatMul", ["n0", "k"], ["k0"]),
      at("MatMul", ["n0", "v"], ["v0"]),
      at("RotaryEmbedding", ["q0", "cos", "sin"], ["q1"], { num_heads: int(4) }),
      at("RotaryEmbedding", ["k0", "cos", "sin"], ["k1"], { num_heads: int(2) }),
      at("Attention", ["q1", "k1", "v0"], ["a0"], { q_num_heads: int(4), kv_num_heads: int(2), is_causal: int(1) }),
      at("MatMul", ["a0", "o"], ["a1"]),
      at("Add", ["x0", "a1"], ["x1"]),
      at("RMSNormalization", ["x1", "norm1"], ["n1"]),
      at("MatMul", ["n1", "gate"], ["g0"]),
      at("Sigmoid", ["g0"], ["g1"]),
      at("Mul", ["g0", "g1"], ["g2"]),
      at("Einsum", ["n1", "up"], ["u0"], { equation: text("btc,cd->btd") }),
      at("Mul", ["g2", "u0"], ["d0"]),
      at("MatMul", ["d0", "down"], ["d1"]),
      at("Add", ["x1", "d1"], ["x2"]),
      at("ReduceL2", ["x2", "last"], ["size"]),
      at("Div", ["x2", "size"], ["x3"]),
      at("MatMul", ["x3", "head"], ["logits"]),
    ],
  }),
};

const STEPS = 200;

const architectures: readonly Architecture[] = [mobile, inception, segmentation, recurrent, llama];

describe.each(architectures)("$name", ({ forward, row, isTokens, label, classes }) => {
  const input = isTokens ? "tokens" : "x";
  const options = {
    ...trainingOptions({ inputs: [{ input, dtype: "uint8", ...(isTokens ? {} : { scale: 1 / 255 }) }] }),
    totalSteps: STEPS,
  };

  test("is understood whole and trains: the loss falls and every number stays finite", async () => {
    expect(inspectModel(forward).unsupported).toEqual([]);
    const compiled = compileTraining(forward, options);
    expect(compiled.parameterNames).not.toContain("cos");
    expect(compiled.parameterNames).not.toContain("scales");
    const [size, labelSize] = [row, label].map((shape) => shape.reduce((a, b) => a * b, 1));
    const repeated = (count: number, value: (i: number) => number) => {
      const one = Uint8Array.from({ length: options.batchSize * count }, (_, i) => value(i));
      return Uint8Array.from({ length: one.length * STEPS }, (_, i) => one[i % one.length] ?? 0);
    };
    const data = repeated(size ?? 1, (i) => (isTokens ? (i * 7 + (i >> 2)) % 11 : 127 + 120 * Math.sin(i * i)));
    const labels = repeated(labelSize ?? 1, (i) => (i * 5 + (i >> 3)) % classes);
    const fed = {
      [`data.${input}`]: { dtype: "uint8", shape: [STEPS, options.batchSize, ...row], data },
      labels: { dtype: "uint8", shape: [STEPS, options.batchSize, ...label], data: labels },
    } satisfies Record<string, FedRows>;
    const { losses, state } = await runTraining(compiled, fed, [STEPS]);
    expect(losses.every(Number.isFinite)).toBe(true);
    expect(losses.at(-1)).toBeLessThan(0.75 * (losses[0] ?? 0));
    for (const name of compiled.parameterNames) expect(state.get(name)?.every(Number.isFinite), name).toBe(true);
  });
});
