import { int, text, type Attributes } from "../ir";
import { fed, fixed, type Operand, type Row } from "./row";
import { build, read, type Numbers } from "./runtime";

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** What a cell sees of gate g and unit k: the input's sum with its bias, the recurrent sum of a vector, the other bias. */
interface Gates {
  readonly x: (g: number, k: number) => number;
  readonly r: (g: number, k: number, vector: readonly number[]) => number;
  readonly bias: (g: number, k: number) => number;
}

/** Next state of one example; the hidden state is first. */
type Cell = (gates: Gates, state: readonly (readonly number[])[]) => number[][];

const rnn: Cell = ({ x, r, bias }, [h = []]) => [h.map((_, k) => Math.tanh(x(0, k) + r(0, k, h) + bias(0, k)))];

const lstm: Cell = ({ x, r, bias }, [h = [], c = []]) => {
  const sum = (g: number, k: number) => x(g, k) + r(g, k, h) + bias(g, k);
  const next = c.map((old, k) => sigmoid(sum(2, k)) * old + sigmoid(sum(0, k)) * Math.tanh(sum(3, k)));
  return [next.map((cell, k) => sigmoid(sum(1, k)) * Math.tanh(cell)), next];
};

const gru =
  (resetsAfter: boolean): Cell =>
  ({ x, r, bias }, [h = []]) => {
    const gate = (g: number, k: number) => sigmoid(x(g, k) + r(g, k, h) + bias(g, k));
    const reset = h.map((old, k) => gate(1, k) * old);
    return [
      h.map((old, k) => {
        const inner = resetsAfter ? gate(1, k) * (r(2, k, h) + bias(2, k)) : r(2, k, reset) + bias(2, k);
        return (1 - gate(0, k)) * Math.tanh(x(2, k) + inner) + gate(0, k) * old;
      }),
    ];
  };

interface Layer {
  readonly op: "RNN" | "LSTM" | "GRU";
  readonly cell: Cell;
  readonly gates: number;
  readonly backwards: readonly boolean[];
  readonly hasBias: boolean;
  readonly hasInitial: boolean;
}

const [LENGTH, BATCH, FEATURES, HIDDEN] = [3, 2, 4, 3];

/** Y [length, directions, batch, hidden] and the last of every state [directions, batch, hidden], by the definition. */
function run(o: Layer, given: readonly Numbers[]): Numbers[] {
  const [x, w, r] = given as [Numbers, Numbers, Numbers];
  const biases = o.hasBias ? given[3] : undefined;
  const initial = o.hasInitial ? given.slice(o.hasBias ? 4 : 3) : [];
  const states = o.op === "LSTM" ? 2 : 1;
  const width = o.gates * HIDDEN;
  const found = new Map<string, number>();
  o.backwards.forEach((backwards, d) => {
    for (let n = 0; n < BATCH; n++) {
      let state = Array.from({ length: states }, (_, s) =>
        Array.from({ length: HIDDEN }, (_unit, k) => (initial[s] === undefined ? 0 : read(initial[s], [d, n, k]))),
      );
      for (let i = 0; i < LENGTH; i++) {
        const t = backwards ? LENGTH - 1 - i : i;
        const bias = (at: number) => (biases === undefined ? 0 : read(biases, [d, at]));
        const row = (g: number, k: number) => g * HIDDEN + k;
        const gates: Gates = {
          x: (g, k) => {
            let sum = bias(row(g, k));
            for (let f = 0; f < FEATURES; f++) sum += read(x, [t, n, f]) * read(w, [d, row(g, k), f]);
            return sum;
          },
          r: (g, k, vector) => vector.reduce((sum, h, j) => sum + h * read(r, [d, row(g, k), j]), 0),
          bias: (g, k) => bias(width + row(g, k)),
        };
        state = o.cell(gates, state);
        state[0]?.forEach((h, k) => found.set(["y", t, d, n, k].join(), h));
      }
      state.forEach((values, s) => values.forEach((v, k) => found.set([s, d, n, k].join(), v)));
    }
  });
  const directions = o.backwards.length;
  const take = (key: (number | string)[]) => found.get(key.join()) ?? Number.NaN;
  return [
    build([LENGTH, directions, BATCH, HIDDEN], (at) => take(["y", ...at])),
    ...Array.from({ length: states }, (_, s) => build([directions, BATCH, HIDDEN], (at) => take([s, ...at]))),
  ];
}

interface Variant {
  readonly note: string;
  readonly direction?: "forward" | "reverse" | "bidirectional";
  readonly bias?: false;
  readonly initial?: true;
  readonly lengths?: true;
  readonly compared?: number;
  readonly batchFirst?: true;
  readonly attributes?: Attributes;
}

function row(op: Layer["op"], cell: Cell, variant: Variant): Row {
  const gates = { RNN: 1, LSTM: 4, GRU: 3 }[op];
  const direction = variant.direction ?? "forward";
  const backwards = { forward: [false], reverse: [true], bidirectional: [false, true] }[direction];
  const directions = backwards.length;
  const width = gates * HIDDEN;
  const layer: Layer = {
    op,
    cell,
    gates,
    backwards,
    hasBias: variant.bias !== false,
    hasInitial: variant.initial === true,
  };
  const states = op === "LSTM" ? 2 : 1;
  const first = variant.batchFirst === true;
  const start = (seed: number): Operand | undefined =>
    layer.hasInitial ? fed(first ? [BATCH, directions, HIDDEN] : [directions, BATCH, HIDDEN], -1, 1, seed) : undefined;
  const inputs: (Operand | undefined)[] = [
    fed(first ? [BATCH, LENGTH, FEATURES] : [LENGTH, BATCH, FEATURES]),
    fed([directions, width, FEATURES], -0.7, 0.7, 2),
    fed([directions, width, HIDDEN], -0.7, 0.7, 3),
    layer.hasBias ? fed([directions, 2 * width], -0.5, 0.5, 4) : undefined,
    variant.lengths === true ? fixed("int32", [BATCH], [LENGTH, LENGTH]) : undefined,
    start(5),
    ...(op === "LSTM" ? [start(6)] : []),
  ];
  while (inputs.at(-1) === undefined) inputs.pop();
  const compared = variant.compared ?? 0;
  return {
    op,
    note: variant.note,
    attributes: {
      hidden_size: int(HIDDEN),
      direction: text(direction),
      ...(first ? { layout: int(1) } : {}),
      ...variant.attributes,
    },
    inputs,
    outputs: 1 + states,
    compared,
    reference: (...given) => {
      const numbers = variant.lengths === true ? given.filter((each) => each.dtype !== "int32") : given;
      if (!first) return run(layer, numbers)[compared] ?? build([], () => Number.NaN);
      const turned = numbers.map((each, i) =>
        i === 0 || i > (layer.hasBias ? 3 : 2) ? swapped(each, [1, 0, 2]) : each,
      );
      const out = run(layer, turned)[compared] ?? build([], () => Number.NaN);
      return swapped(out, compared === 0 ? [2, 0, 1, 3] : [1, 0, 2]);
    },
    ...(first ? { withoutRuntime: "The kernel takes sequences first only." } : {}),
  };
}

/** Axes in another order. */
const swapped = (x: Numbers, perm: readonly number[]): Numbers =>
  build(
    perm.map((axis) => x.shape[axis] ?? 0),
    (at) =>
      read(
        x,
        perm.map((_, axis) => at[perm.indexOf(axis)] ?? 0),
      ),
  );

const variants = (op: Layer["op"], cell: Cell, more: Attributes = {}, note = ""): Row[] =>
  (
    [
      { note: "forward", initial: true, lengths: true },
      { note: "without a bias", bias: false },
      { note: "reverse", direction: "reverse" },
      { note: "both ways", direction: "bidirectional", initial: true },
      { note: "last hidden state", direction: "bidirectional", compared: 1 },
      { note: "batch first", batchFirst: true, initial: true },
      { note: "batch first, last", batchFirst: true, compared: 1 },
    ] as const
  ).map((variant) => row(op, cell, { ...variant, note: `${note}${variant.note}`, attributes: more }));

export const recurrentRows: readonly Row[] = [
  ...variants("RNN", rnn, { activations: { kind: "strings", value: ["Tanh"] } }).slice(0, 3),
  row("RNN", ({ x, r, bias }, [h = []]) => [h.map((_, k) => Math.max(0, x(0, k) + r(0, k, h) + bias(0, k)))], {
    note: "relu",
    attributes: { activations: { kind: "strings", value: ["Relu"] } },
  }),
  ...variants("LSTM", lstm),
  row("LSTM", lstm, { note: "last cell state", compared: 2, initial: true }),
  ...variants("GRU", gru(true), { linear_before_reset: int(1) }, "reset after, "),
  ...variants("GRU", gru(false), {}, "reset before, ").slice(0, 4),
];
