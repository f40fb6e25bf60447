import { describe, expect, test } from "vitest";
import { compileTraining, inspectModel } from ".";
import { float, int, ints, type Attribute } from "./ir";
import { noise } from "./testing/runtime";
import { attribute, floatAttribute, handMade, node, port, tensor } from "./testing/model-writer";
import { runTraining, type FedRows } from "./testing/run-training";
import { trainingOptions } from "./testing/training";

/** Models spelled the way exporters spell them: shape arithmetic, constants as nodes, statistics, masks by choice. */

let seed = 0;
const weights = (name: string, ...shape: number[]) => {
  const count = shape.reduce((a, b) => a * b, 1);
  return tensor(
    name,
    shape,
    noise(count, ++seed).map((x) => x * 0.4),
  );
};
const ones = (name: string, size: number, value = 1) => tensor(name, [size], new Array<number>(size).fill(value));
const numbers = (name: string, ...values: number[]) => tensor(name, [values.length], values, "int64");
const number = (name: string, value: number) => tensor(name, [], [value], "int64");
const at = (op: string, inputs: string[], outputs: string[], attributes: Record<string, Attribute> = {}) =>
  node(op, inputs, outputs, {
    name: `/${outputs[0] ?? op}`,
    attributes: Object.entries(attributes).map(([name, value]) =>
      value.kind === "float" ? floatAttribute(name, value.value) : attribute(name, value),
    ),
  });

/** nn.Sequential(Conv2d, BatchNorm2d, ReLU, MaxPool2d, Conv2d, ReLU, AdaptiveAvgPool2d(1), flatten by view, Dropout, Linear). */
function convolutional(): Uint8Array {
  const window = {
    kernel_shape: ints([3, 3]),
    pads: ints([1, 1, 1, 1]),
    strides: ints([1, 1]),
    dilations: ints([1, 1]),
    group: int(1),
  };
  return handMade({
    opset: 17,
    inputs: [port("x", ["batch_size", 1, 8, 8])],
    outputs: [port("logits", ["batch_size", 4])],
    initializers: [
      weights("0.weight", 6, 1, 3, 3),
      ones("0.bias", 6, 0),
      ones("1.weight", 6),
      ones("1.bias", 6, 0),
      ones("1.running_mean", 6, 0.1),
      ones("1.running_var", 6, 0.5),
      weights("4.weight", 8, 6, 3, 3),
      ones("4.bias", 8, 0),
      weights("9.weight", 4, 8),
      ones("9.bias", 4, 0),
      number("axis0", 0),
      numbers("minus", -1),
      numbers("axes0", 0),
    ],
    nodes: [
      at("Conv", ["x", "0.weight", "0.bias"], ["c0"], window),
      at("BatchNormalization", ["c0", "1.weight", "1.bias", "1.running_mean", "1.running_var"], ["n0"], {
        epsilon: float(1e-5),
        momentum: float(0.9),
        training_mode: int(0),
      }),
      at("Relu", ["n0"], ["r0"]),
      at("MaxPool", ["r0"], ["p0"], { kernel_shape: ints([2, 2]), strides: ints([2, 2]), ceil_mode: int(0) }),
      at("Conv", ["p0", "4.weight", "4.bias"], ["c1"], window),
      at("Relu", ["c1"], ["r1"]),
      at("GlobalAveragePool", ["r1"], ["g"]),
      at("Shape", ["g"], ["s"]),
      at("Gather", ["s", "axis0"], ["b"], { axis: int(0) }),
      at("Unsqueeze", ["b", "axes0"], ["bu"]),
      at("Concat", ["bu", "minus"], ["target"], { axis: int(0) }),
      at("Reshape", ["g", "target"], ["flat"], { allowzero: int(0) }),
      at("Dropout", ["flat"], ["kept"]),
      at("Gemm", ["kept", "9.weight", "9.bias"], ["logits"], { alpha: float(1), beta: float(1), transB: int(1) }),
    ],
  });
}

/** One attention layer with a causal mask by Trilu and Where, scores divided by the root of a computed size. */
function attention(): Uint8Array {
  const [T, C, H] = [6, 8, 2];
  return handMade({
    opset: 18,
    inputs: [port("tokens", ["batch", T], "int64")],
    outputs: [port("logits", ["batch", T, 11])],
    initializers: [
      weights("wte", 11, C),
      weights("onnx::MatMul_1", C, C),
      weights("onnx::MatMul_2", C, C),
      weights("onnx::MatMul_3", C, C),
      weights("onnx::MatMul_4", C, 11),
      ones("norm.weight", C),
      ones("norm.bias", C, 0),
      number("i0", 0),
      numbers("zero", 0),
      numbers("rest", T, H, C / H),
      numbers("last", -1),
      numbers("end", 9007199254740991),
      numbers("tt", T, T),
      numbers("merge", T, C),
      tensor("low", [], [-Infinity]),
      tensor("unit", [], [1]),
      tensor("edge", [], [0]),
    ],
    nodes: [
      at("Gather", ["wte", "tokens"], ["x"]),
      at("LayerNormalization", ["x", "norm.weight", "norm.bias"], ["n"], { axis: int(-1), epsilon: float(1e-5) }),
      ...["q", "k", "v"].flatMap((part, i) => [
        at("MatMul", ["n", `onnx::MatMul_${i + 1}`], [`${part}m`]),
        at("Shape", [`${part}m`], [`${part}s`]),
        at("Gather", [`${part}s`, "i0"], [`${part}b`]),
        at("Unsqueeze", [`${part}b`, "zero"], [`${part}u`]),
        at("Concat", [`${part}u`, "rest"], [`${part}t`], { axis: int(0) }),
        at("Reshape", [`${part}m`, `${part}t`], [`${part}r`]),
        at("Transpose", [`${part}r`], [`${part}h`], { perm: ints(part === "k" ? [0, 2, 3, 1] : [0, 2, 1, 3]) }),
      ]),
      at("MatMul", ["qh", "kh"], ["raw"]),
      at("Shape", ["qh"], ["qshape"]),
      at("Slice", ["qshape", "last", "end"], ["dk"]),
      at("Cast", ["dk"], ["dkf"], { to: int(1) }),
      at("Sqrt", ["dkf"], ["root"]),
      at("Div", ["raw", "root"], ["scores"]),
      at("Expand", ["unit", "tt"], ["full"]),
      at("Trilu", ["full"], ["triangle"], { upper: int(0) }),
      at("Equal", ["triangle", "edge"], ["future"]),
      at("Where", ["future", "low", "scores"], ["masked"]),
      at("Softmax", ["masked"], ["a"], { axis: int(-1) }),
      at("MatMul", ["a", "vh"], ["o"]),
      at("Transpose", ["o"], ["ot"], { perm: ints([0, 2, 1, 3]) }),
      at("Concat", ["qu", "merge"], ["mt"], { axis: int(0) }),
      at("Reshape", ["ot", "mt"], ["om"]),
      at("Add", ["om", "x"], ["sum"]),
      at("MatMul", ["sum", "onnx::MatMul_4"], ["logits"]),
    ],
  });
}

const cases = [
  {
    name: "a convolutional network",
    forward: convolutional(),
    input: "x",
    row: [1, 8, 8],
    label: [] as number[],
    classes: 4,
    frozen: ["1.running_mean", "1.running_var"],
    trained: ["0.bias", "0.weight", "1.bias", "1.weight", "4.bias", "4.weight", "9.bias", "9.weight"],
  },
  {
    name: "an attention layer",
    forward: attention(),
    input: "tokens",
    row: [6],
    label: [6],
    classes: 11,
    frozen: [],
    trained: [
      "norm.bias",
      "norm.weight",
      "onnx::MatMul_1",
      "onnx::MatMul_2",
      "onnx::MatMul_3",
      "onnx::MatMul_4",
      "wte",
    ],
  },
];

/** Enough for a small network to fit eight examples; far from enough for one whose gradients are wrong. */
const STEPS = 150;

describe.each(cases)("$name as exporters write it", ({ forward, input, row, label, classes, frozen, trained }) => {
  const options = trainingOptions({
    inputs: [{ input, dtype: "uint8", ...(input === "x" ? { scale: 1 / 255 } : {}) }],
    totalSteps: STEPS,
  });

  test("is understood whole", () => {
    const report = inspectModel(forward);
    expect(report.unsupported).toEqual([]);
    expect(report.operators.every(({ gradient }) => gradient !== "refused")).toBe(true);
  });

  test("trains exactly its weights, and the loss falls without a number that is not finite", async () => {
    const compiled = compileTraining(forward, options);
    expect(compiled.parameterNames).toEqual(trained);
    for (const name of frozen) expect(compiled.initialState.map((tensor) => tensor.name)).not.toContain(name);
    const size = row.reduce((a, b) => a * b, 1);
    const perStep = options.batchSize * size;
    const data = Uint8Array.from({ length: perStep }, (_, i) =>
      input === "x" ? 127 + 120 * Math.sin(i * i) : (i * 7 + (i >> 2)) % classes,
    );
    const labels = Uint8Array.from(
      { length: options.batchSize * label.reduce((a, b) => a * b, 1) },
      (_, i) => (i * 5 + 1) % classes,
    );
    const repeat = (bytes: Uint8Array) =>
      Uint8Array.from({ length: bytes.length * STEPS }, (_, i) => bytes[i % bytes.length] ?? 0);
    const fed = {
      [`data.${input}`]: { dtype: "uint8", shape: [STEPS, options.batchSize, ...row], data: repeat(data) },
      labels: { dtype: "uint8", shape: [STEPS, options.batchSize, ...label], data: repeat(labels) },
    } satisfies Record<string, FedRows>;
    const { losses, state } = await runTraining(compiled, fed, [STEPS]);
    expect(losses.every(Number.isFinite)).toBe(true);
    expect(losses.at(-1)).toBeLessThan(0.75 * (losses[0] ?? 0));
    for (const name of compiled.parameterNames) expect(state.get(name)?.every(Number.isFinite), name).toBe(true);
  });
});
