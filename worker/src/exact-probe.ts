import type { NamedTensor } from "@trainyard/protocol";
import {
  BOOL,
  DOUBLE,
  FLOAT,
  graph,
  INT32,
  INT64,
  INT8,
  intAttribute,
  model,
  node,
  tensor,
  UINT8,
  valueInfo,
} from "./onnx-bytes";

/** A product is [ROWS, DEPTH] by [DEPTH, COLUMNS]: odd sizes, so that kernels meet their remainders. */
const [ROWS, DEPTH, COLUMNS] = [24, 381, 17];
/** Blocks that a row is added up in: the largest divisor of DEPTH up to 128, and how many there are. */
const [BLOCK, BLOCKS] = [127, 3];
/** Places 1/64 apart that the table of e^x goes down to. */
const PLACES = 1024;

/** Numbers on the halves, at both zeros, where float32 begins to round, and far from one; sums and products stay normal. */
const EDGES = [
  ...[0, -0, 0.5, -0.5, 1.5, -1.5, 2.5, -2.5, 1, -1, 126.5, -63.5],
  ...[1 + 2 ** -23, 2 ** -24 - 1, 1 / 3, -2 / 3, 2 ** 22 + 0.5, 2 ** 23 + 1, 1 - 2 ** 24, 2 ** 60, -3 * 2 ** -60],
];
/** Integers that float32 holds, holds by rounding (ties included), or at the end of their range. */
const INTEGERS = [0, -1, 2 ** 24, 2 ** 24 + 1, 2 ** 24 + 3, -(2 ** 25) - 2, -(2 ** 25) - 6, 2 ** 31 - 1, -(2 ** 31)];

const cast = (from: string, to: string, type: number): Uint8Array =>
  node("Cast", [from], [to], [intAttribute("to", type)]);
const concat = (inputs: string[], output: string, axis: number): Uint8Array =>
  node("Concat", inputs, [output], [intAttribute("axis", axis)]);

/** Largest |x| over axes, which go or stay as ones. */
const largest = (x: string, axes: string, keep: 0 | 1): Uint8Array[] => [
  node("Abs", [x], [`${x}.size`]),
  node("ReduceMax", [`${x}.size`, axes], [`${x}.largest`], [intAttribute("keepdims", keep)]),
];

/** The power of two from x on times what `spread` holds, by what rounding leaves of a product. */
const powerOfTwo = (x: string, spread: string, power: string): Uint8Array[] => [
  node("Add", [x, "least"], [`${power}.above`]),
  node("Mul", [`${power}.above`, "below.one"], [`${power}.near`]),
  node("Mul", [`${power}.near`, spread], [`${power}.spread`]),
  node("Mul", [`${power}.spread`, "below.one"], [`${power}.below`]),
  node("Sub", [`${power}.spread`, `${power}.below`], [power]),
];

/** x in two slices, of 1/64 of the power of two above its largest element and of 1/128 of that, around a zero point. */
const cut = (x: string): Uint8Array[] => [
  ...largest(x, "both", 0),
  ...powerOfTwo(`${x}.largest`, "spread.64th", `${x}.coarse`),
  node("QuantizeLinear", [x, `${x}.coarse`, `${x}.zero`], [`${x}.high`]),
  node("DequantizeLinear", [`${x}.high`, `${x}.coarse`, `${x}.zero`], [`${x}.back`]),
  node("Sub", [x, `${x}.back`], [`${x}.rest`]),
  node("ReduceSum", [`${x}.rest`, "both"], [`${x}.sum`], [intAttribute("keepdims", 0)]),
  node("Mul", [`${x}.sum`, "zero"], [`${x}.poison`]),
  node("Add", [`${x}.coarse`, `${x}.poison`], [`${x}.unit`]),
  node("Mul", [`${x}.unit`, "128th"], [`${x}.fine`]),
  node("QuantizeLinear", [`${x}.rest`, `${x}.fine`, `${x}.zero`], [`${x}.low`]),
];

/** Integer products of the upper slices, and of both pairs of an upper and a lower one; b comes turned. */
const PRODUCT = [
  ...cut("a"),
  ...cut("b"),
  node("Transpose", ["b.high"], ["b.high.turned"]),
  node("Transpose", ["b.low"], ["b.low.turned"]),
  node("MatMulInteger", ["a.high", "b.high.turned", "a.zero"], ["probe.product"]),
  cast("probe.product", "high.whole", FLOAT),
  node("Mul", ["a.unit", "b.unit"], ["high.unit"]),
  node("Mul", ["high.whole", "high.unit"], ["high"]),
  concat(["a.high", "a.low"], "across", 1),
  concat(["b.low.turned", "b.high.turned"], "down", 0),
  node("MatMulInteger", ["across", "down", "a.zero"], ["cross"]),
  cast("cross", "cross.whole", FLOAT),
  node("Mul", ["a.unit", "b.fine"], ["cross.unit"]),
  node("Mul", ["cross.whole", "cross.unit"], ["probe.cross"]),
  node("Add", ["high", "probe.cross"], ["y"]),
];

/** x rounded to what can be added in any order: to a unit that leaves its sums at most 2^24 of them. */
const onGrid = (x: string, lift: string): Uint8Array[] => [
  ...largest(x, "last", 1),
  ...powerOfTwo(`${x}.largest`, "spread", `${x}.power`),
  node("Mul", [`${x}.power`, lift], [`${x}.anchor`]),
  node("Add", [x, `${x}.anchor`], [`${x}.raised`]),
  node("Sub", [`${x}.raised`, `${x}.anchor`], [`${x}.grid`]),
];

/** Sums and means of the rows of a: blocks by a product with ones, and of these in float64. */
const SUMS = [
  node("Reshape", ["a", "blocks"], ["a.blocks"]),
  ...onGrid("a.blocks", "lift.127"),
  node("MatMul", ["a.blocks.grid", "ones.127"], ["block.column"]),
  node("Reshape", ["block.column", "block.rows"], ["block.sums"]),
  cast("block.sums", "block.doubles", DOUBLE),
  node("ReduceSum", ["block.doubles", "last"], ["row.doubles"], [intAttribute("keepdims", 0)]),
  cast("row.doubles", "probe.sums", FLOAT),
  node("Div", ["row.doubles", "depth"], ["row.means"]),
  cast("row.means", "probe.means", FLOAT),
];

/**
 * e^x of what is not positive, from the nearest place of a table and the way from there; each row divided by its sum. All
 * rows have one in them, so they have one unit, and columns can be added up as well.
 */
const SOFTMAX = [
  node("Mul", ["y", "16th"], ["logits"]),
  node("ReduceMax", ["logits", "last"], ["logits.top"], [intAttribute("keepdims", 1)]),
  node("Sub", ["logits", "logits.top"], ["x"]),
  node("Mul", ["x", "64"], ["x.scaled"]),
  node("Round", ["x.scaled"], ["x.rounded"]),
  node("Clip", ["x.rounded", "first", "zero"], ["x.nearest"]),
  cast("x.nearest", "x.integer", INT32),
  node("Clip", ["x.integer", "first.integer", "zero.integer"], ["x.place"]),
  node("Reshape", ["x.place", "row"], ["x.places"]),
  node("GatherElements", ["table", "x.places"], ["powers"]),
  node("Reshape", ["powers", "products"], ["power"]),
  node("Sub", ["x.nearest", "x.scaled"], ["s"]),
  node("Mul", ["s", "square"], ["s.square"]),
  node("Add", ["s.square", "64th"], ["s.slope"]),
  node("Mul", ["s", "s.slope"], ["s.rise"]),
  node("Add", ["s.rise", "one"], ["s.power"]),
  node("Div", ["power", "s.power"], ["e"]),
  ...onGrid("e", "lift.17"),
  node("MatMul", ["e.grid", "ones.17"], ["e.sums"]),
  node("Div", ["e", "e.sums"], ["probe.softmax"]),
  node("MatMul", ["ones.24", "e.grid"], ["probe.columns"]),
];

/** Labels, some of no class: which are known, which are hit, and what they take from the softmax. */
const LABELS = [
  cast("labels", "label", INT64),
  node("GreaterOrEqual", ["label", "class.first"], ["from.first"]),
  node("Less", ["label", "classes"], ["to.last"]),
  node("And", ["from.first", "to.last"], ["known"]),
  cast("known", "weight", FLOAT),
  cast("weight", "counted", BOOL),
  node("ArgMax", ["y"], ["found"], [intAttribute("axis", 1), intAttribute("keepdims", 0)]),
  node("Equal", ["found", "label"], ["hit"]),
  node("And", ["hit", "counted"], ["hit.counted"]),
  cast("hit.counted", "hit.kept", BOOL),
  cast("hit.kept", "probe.hits", FLOAT),
  node("OneHot", ["label", "classes", "off.on"], ["target"]),
  node("Sub", ["probe.softmax", "target"], ["difference"]),
  node("Reshape", ["weight", "column"], ["weight.column"]),
  node("Mul", ["difference", "weight.column"], ["g"]),
];

/** The arithmetic of an optimizer's step, and what is chosen; of two zeros none is chosen by its sign. */
const UPDATE = [
  node("Mul", ["g", "g"], ["v"]),
  node("Sqrt", ["v"], ["v.root"]),
  node("Add", ["v.root", "tenth"], ["v.safe"]),
  node("Div", ["g", "v.safe"], ["step"]),
  cast("weight.column", "is.known", BOOL),
  node("Where", ["is.known", "step", "g"], ["mixed"]),
  node("Relu", ["y"], ["y.positive"]),
  node("Max", ["probe.softmax", "logits"], ["greater"]),
  concat(["mixed", "y.positive", "greater"], "probe.update", 0),
];

/** Every edge with every other, and what is made of each alone. */
const EDGE_RESULTS = [
  node("Gather", ["edges", "backwards"], ["others"]),
  node("Reshape", ["edges", "column"], ["p"]),
  node("Reshape", ["others", "line"], ["q"]),
  node("Add", ["q", "tenth"], ["q.safe"]),
  node("Add", ["p", "q"], ["p.plus"]),
  node("Sub", ["p", "q"], ["p.minus"]),
  node("Mul", ["p", "q"], ["p.times"]),
  node("Div", ["p", "q.safe"], ["p.by"]),
  concat(["p.plus", "p.minus", "p.times", "p.by"], "probe.pairs", 0),
  node("Round", ["edges"], ["edges.round"]),
  node("Neg", ["edges"], ["edges.neg"]),
  node("Abs", ["edges"], ["edges.abs"]),
  node("Sqrt", ["edges.abs"], ["edges.sqrt"]),
  node("Clip", ["edges", "first", "64"], ["edges.clip"]),
  cast("edges.clip", "edges.integer", INT32),
  cast("edges.integer", "edges.truncated", FLOAT),
  cast("integers", "integers.float", FLOAT),
  cast("labels", "labels.float", FLOAT),
  concat(
    [
      ...["edges.round", "edges.neg", "edges.abs", "edges.sqrt", "edges.clip", "edges.truncated"],
      ...["integers.float", "labels.float"],
    ],
    "probe.edges",
    0,
  ),
];

const raw = ({ buffer }: { readonly buffer: ArrayBuffer }): Uint8Array => new Uint8Array(buffer);
const floats = (name: string, shape: readonly number[], values: readonly number[]): Uint8Array =>
  tensor(name, FLOAT, shape, raw(Float32Array.from(values)));
const float = (name: string, value: number): Uint8Array => floats(name, [], [value]);
const integer = (name: string, value: number): Uint8Array => tensor(name, INT32, [], raw(Int32Array.of(value)));
const long = (name: string, value: number): Uint8Array => tensor(name, INT64, [], raw(BigInt64Array.of(BigInt(value))));
const longs = (name: string, values: readonly number[]): Uint8Array =>
  tensor(name, INT64, [values.length], raw(BigInt64Array.from(values, BigInt)));

const CONSTANTS = [
  tensor("a.zero", UINT8, [], Uint8Array.of(128)),
  tensor("b.zero", INT8, [], Uint8Array.of(0)),
  tensor("depth", DOUBLE, [], raw(Float64Array.of(DEPTH))),
  ...[float("zero", 0), float("one", 1), float("tenth", 0.1), float("16th", 1 / 16), float("64th", 1 / 64)],
  ...[float("64", 64), float("128th", 1 / 128), float("square", 2 ** -13), float("first", -PLACES)],
  ...[float("least", 2 ** -100), float("below.one", 1 - 2 ** -24)],
  ...[float("spread", 2 ** 24 + 2), float("spread.64th", 2 ** 18 + 2 ** -5)],
  ...[float("lift.127", 1.5 * 2 ** 6), float("lift.17", 1.5 * 2 ** 4)],
  ...[integer("first.integer", -PLACES), integer("zero.integer", 0), long("class.first", 0), long("classes", COLUMNS)],
  ...[longs("both", [0, 1]), longs("last", [1]), longs("row", [-1]), longs("column", [-1, 1]), longs("line", [1, -1])],
  ...[longs("blocks", [ROWS * BLOCKS, BLOCK]), longs("block.rows", [ROWS, BLOCKS]), longs("products", [ROWS, COLUMNS])],
  longs("backwards", [...EDGES.keys()].reverse()),
  ...[floats("ones.127", [BLOCK, 1], Array<number>(BLOCK).fill(1)), floats("off.on", [2], [0, 1])],
  floats("ones.24", [1, ROWS], Array<number>(ROWS).fill(1)),
  floats("ones.17", [COLUMNS, 1], Array<number>(COLUMNS).fill(1)),
  floats("table", [PLACES + 1], [1, ...Array.from({ length: PLACES }, (_, i) => power(i - PLACES))]),
];

/** About e^(k / 64), by eight squarings, which every machine rounds alike; nothing at the first place. */
function power(k: number): number {
  if (k === -PLACES) return 0;
  let result = 1 + k / 2 ** 14;
  for (let times = 0; times < 8; times++) result *= result;
  return result;
}

/**
 * A small graph of what exact graphs are made of (`probe.*` are its outputs), fed so that nothing is folded before it runs.
 * It is written by hand: its bits name a class, so they must not change with the compiler.
 */
export function exactProbe(): { model: Uint8Array; inputs: NamedTensor[] } {
  const floatOutput = (name: string, shape: readonly number[]): Uint8Array => valueInfo(name, FLOAT, shape);
  const bytes = graph({
    nodes: [...PRODUCT, ...SUMS, ...SOFTMAX, ...LABELS, ...UPDATE, ...EDGE_RESULTS],
    initializers: CONSTANTS,
    inputs: [
      valueInfo("a", FLOAT, [ROWS, DEPTH]),
      valueInfo("b", FLOAT, [COLUMNS, DEPTH]),
      valueInfo("edges", FLOAT, [EDGES.length]),
      valueInfo("integers", INT32, [INTEGERS.length]),
      valueInfo("labels", UINT8, [ROWS]),
    ],
    outputs: [
      valueInfo("probe.product", INT32, [ROWS, COLUMNS]),
      floatOutput("probe.cross", [ROWS, COLUMNS]),
      floatOutput("probe.sums", [ROWS]),
      floatOutput("probe.means", [ROWS]),
      floatOutput("probe.softmax", [ROWS, COLUMNS]),
      floatOutput("probe.columns", [1, COLUMNS]),
      floatOutput("probe.hits", [ROWS]),
      floatOutput("probe.update", [3 * ROWS, COLUMNS]),
      floatOutput("probe.pairs", [4 * EDGES.length, EDGES.length]),
      floatOutput("probe.edges", [6 * EDGES.length + INTEGERS.length + ROWS]),
    ],
  });
  const [edges, integers] = [Float32Array.from(EDGES), Int32Array.from(INTEGERS)];
  return {
    model: model(bytes),
    inputs: [
      factor("a", ROWS, 0x9e3779b1),
      factor("b", COLUMNS, 0x85ebca6b),
      { name: "edges", dtype: "float32", shape: [EDGES.length], data: raw(edges) },
      { name: "integers", dtype: "int32", shape: [INTEGERS.length], data: raw(integers) },
      // Every sixth label or so is beyond the classes.
      {
        name: "labels",
        dtype: "uint8",
        shape: [ROWS],
        data: Uint8Array.from({ length: ROWS }, (_, i) => (i * 5) % 21),
      },
    ],
  };
}

/**
 * Rows of length DEPTH. The first four are of one number each: the largest and its negative, 64 units of the upper slice;
 * and half a unit and one and a half, ties that leave 64 and -64 units of the lower slice. The others are in [-1, 1) by a
 * multiplicative sequence, multiples of 2^-20, so that any machine has the same.
 */
function factor(name: string, rows: number, multiplier: number): NamedTensor {
  const whole = [1, -1, 1 / 128, 3 / 128];
  const values = Float32Array.from(
    { length: rows * DEPTH },
    (_, i) => whole[Math.floor(i / DEPTH)] ?? (Math.imul(i + 1, multiplier) >> 11) / 2 ** 20,
  );
  return { name, dtype: "float32", shape: [rows, DEPTH], data: raw(values) };
}
