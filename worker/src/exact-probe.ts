import type { NamedTensor } from "@trainyard/protocol";
import { FLOAT, graph, INT32, INT64, INT8, intAttribute, model, node, tensor, UINT8, valueInfo } from "./onnx-bytes";

const [ROWS, DEPTH, COLUMNS] = [24, 300, 17];
const cast = (from: string, to: string, type: number): Uint8Array =>
  node("Cast", [from], [to], [intAttribute("to", type)]);
const float = (name: string, value: number): Uint8Array =>
  tensor(name, FLOAT, [], new Uint8Array(Float32Array.of(value).buffer));

/** Largest 1 of each factor, as integers: unsigned around 128 on the left, within [-64, 63] on the right. */
const PRODUCT = [
  ...["a", "b"].flatMap((name) => [
    node("Abs", [name], [`${name}.size`]),
    node("ReduceMax", [`${name}.size`], [`${name}.most`]),
    node("Div", [name, `${name}.most`], [`${name}.unit`]),
    node("Mul", [`${name}.unit`, `${name}.steps`], [`${name}.scaled`]),
    node("Round", [`${name}.scaled`], [`${name}.whole`]),
  ]),
  node("Add", ["a.whole", "middle"], ["a.shifted"]),
  cast("a.shifted", "a.slice", UINT8),
  cast("b.whole", "b.slice", INT8),
  node("MatMulInteger", ["a.slice", "b.slice", "a.zero"], ["probe.product"]),
  cast("probe.product", "product", FLOAT),
  node("Mul", ["product", "scale"], ["y"]),
];

/** exp(y) by 2^n and a polynomial of the rest, each row divided by its sum, which is one of integers. */
const SOFTMAX = [
  node("Mul", ["y", "log2e"], ["y.twos"]),
  node("Add", ["y.twos", "half"], ["y.above"]),
  node("Floor", ["y.above"], ["n"]),
  node("Mul", ["n", "ln2"], ["n.size"]),
  node("Sub", ["y", "n.size"], ["r"]),
  ...["sixth", "half", "one", "one"].flatMap((coefficient, k) => [
    node("Mul", [k === 0 ? "r.24th" : `p${k - 1}`, "r"], [`q${k}`]),
    node("Add", [`q${k}`, coefficient], [`p${k}`]),
  ]),
  node("Pow", ["two", "n"], ["n.power"]),
  node("Mul", ["p3", "n.power"], ["e"]),
  node("Mul", ["e", "fine"], ["e.fine"]),
  node("Round", ["e.fine"], ["e.whole"]),
  cast("e.whole", "e.integer", INT64),
  node("ReduceSum", ["e.integer", "last"], ["sum.integer"]),
  cast("sum.integer", "sum.fine", FLOAT),
  node("Div", ["e.fine", "sum.fine"], ["probe.softmax"]),
];

/** The arithmetic of an optimizer's step, and what is chosen by comparison. */
const UPDATE = [
  node("Sub", ["probe.softmax", "half"], ["g"]),
  node("Mul", ["g", "g"], ["v"]),
  node("Sqrt", ["v"], ["v.root"]),
  node("Add", ["v.root", "tenth"], ["v.safe"]),
  node("Div", ["g", "v.safe"], ["step"]),
  node("Greater", ["y", "half"], ["chosen"]),
  node("Where", ["chosen", "step", "v"], ["mixed"]),
  node("Max", ["mixed", "y"], ["probe.update"]),
];

/**
 * A small graph of what exact graphs are made of (`probe.*` are its outputs), fed so that nothing is folded before it runs.
 * It is written by hand: its bits name a class, so they must not change with the compiler.
 */
export function exactProbe(): { model: Uint8Array; inputs: NamedTensor[] } {
  const bytes = graph({
    nodes: [...PRODUCT, ...SOFTMAX, ...UPDATE],
    initializers: [
      tensor("a.zero", UINT8, [], Uint8Array.of(128)),
      tensor("last", INT64, [1], new Uint8Array(BigInt64Array.of(1n).buffer)),
      ...[float("a.steps", 127), float("b.steps", 63), float("middle", 128), float("scale", 2 ** -13)],
      ...[float("log2e", Math.LOG2E), float("ln2", Math.LN2), float("half", 0.5), float("sixth", 1 / 6)],
      ...[float("one", 1), float("two", 2), float("fine", 2 ** 20), float("r.24th", 1 / 24), float("tenth", 0.1)],
    ],
    inputs: [valueInfo("a", FLOAT, [ROWS, DEPTH]), valueInfo("b", FLOAT, [DEPTH, COLUMNS])],
    outputs: [
      valueInfo("probe.product", INT32, [ROWS, COLUMNS]),
      valueInfo("probe.softmax", FLOAT, [ROWS, COLUMNS]),
      valueInfo("probe.update", FLOAT, [ROWS, COLUMNS]),
    ],
  });
  return {
    model: model(bytes),
    inputs: [factor("a", [ROWS, DEPTH], 0x9e3779b1), factor("b", [DEPTH, COLUMNS], 0x85ebca6b)],
  };
}

/** Values in [-1, 1) by a multiplicative sequence; each is a multiple of 2^-15, so that any machine has the same. */
function factor(name: string, shape: readonly [number, number], multiplier: number): NamedTensor {
  const values = Float32Array.from(
    { length: shape[0] * shape[1] },
    (_, i) => (Math.imul(i + 1, multiplier) >> 16) / 2 ** 15,
  );
  return { name, dtype: "float32", shape, data: new Uint8Array(values.buffer) };
}
