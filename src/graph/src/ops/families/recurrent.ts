import type { Builder } from "../../builder";
import { intAttribute, knownNumbers, textAttribute, textsAttribute, type AttributeKind, type Value } from "../../ir";
import { misfit, unsupported } from "../../refusal";
import { dim } from "../../shape";
import { input, type Reading } from "../operator";

/** Longest sequence that is unrolled. The runtime's time to load a graph grows with the square of its length: 3 s at 256. */
const STEPS_MAX = 512;

export const recurrentAttributes: Readonly<Record<string, AttributeKind>> = {
  activations: "strings",
  direction: "string",
  hidden_size: "int",
  layout: "int",
};

export const recurrentLimits = `At most ${STEPS_MAX} steps, sequences of full length, standard activations, no clipping.`;

/** What one step sees: the projected input [batch, gates * hidden], the recurrent weights, and the state before it. */
export interface Step {
  readonly b: Builder;
  readonly projected: Value;
  readonly recurrent: Value;
  /** The part of the bias that belongs to the recurrent weights and is not yet in the projection. */
  readonly bias: Value | undefined;
  readonly state: readonly Value[];
}

/** A recurrent cell: how many gates it has, how many tensors it carries, and what a step makes of them. */
export interface Cell {
  readonly gates: number;
  /** Inputs of the node that start the carried tensors; the first carried tensor is the hidden state. */
  readonly initial: readonly number[];
  /** Whether the recurrent bias stays apart from the projection. */
  readonly biasApart: boolean;
  readonly step: (step: Step) => readonly Value[];
}

/**
 * Unrolls a cell over the static length of a sequence: one product projects the inputs of all steps, and every step is
 * one product with the recurrent weights. Outputs are Y and the last of every carried tensor.
 */
export function unrolled(reading: Reading, cell: Cell): readonly Value[] {
  const { b } = reading;
  const batchFirst = intAttribute(reading, "layout", 0) === 1;
  const given = input(reading, 0);
  if (given.shape.length !== 3) misfit("A recurrent operator takes [length, batch, features].");
  const x = batchFirst ? b.transpose(given, [1, 0, 2]) : given;
  const [length, batch, hidden] = [dim(x.shape, 0), dim(x.shape, 1), dim(input(reading, 2).shape, 2)];
  checkSequences(reading, length, batch);
  const directions = directionsOf(reading);
  const runs = directions.map((backwards, d) => runDirection(reading, cell, x, d, backwards));
  const y = b.concat(
    runs.map(({ all }) => b.reshape(b.concat(all, 0), [length, 1, batch, hidden])),
    1,
  );
  const last = cell.initial.map((_, i) =>
    b.concat(
      runs.map(({ state }) => b.reshape(state[i] ?? misfit("A state is lost."), [1, batch, hidden])),
      0,
    ),
  );
  if (!batchFirst) return [y, ...last];
  return [b.transpose(y, [2, 0, 1, 3]), ...last.map((value) => b.transpose(value, [1, 0, 2]))];
}

function checkSequences(reading: Reading, length: number, batch: number): void {
  if (length > STEPS_MAX)
    unsupported(
      `A sequence of ${length} steps is too long to be unrolled; ${STEPS_MAX} are.`,
      "Export with shorter sequences, or cut the data into windows.",
    );
  if (length === 0) misfit("A recurrent operator has a sequence of length 0.");
  const lengths = reading.inputs[4];
  if (lengths === undefined) return;
  const known = lengths.data === undefined ? undefined : knownNumbers(lengths);
  if (known === undefined || known.length !== batch || known.some((each) => each !== length))
    unsupported(
      "Sequences of different lengths are not supported.",
      "Export without sequence lengths (no packed sequences).",
    );
}

/** For each direction whether it runs backwards. */
function directionsOf(reading: Reading): boolean[] {
  const direction = textAttribute(reading, "direction", "forward");
  switch (direction) {
    case "forward":
      return [false];
    case "reverse":
      return [true];
    case "bidirectional":
      return [false, true];
    default:
      return misfit(`The direction "${direction}" does not exist.`);
  }
}

/** Hidden states by position and the last carried tensors of one direction. */
function runDirection(
  reading: Reading,
  cell: Cell,
  x: Value,
  d: number,
  backwards: boolean,
): { all: Value[]; state: readonly Value[] } {
  const { b } = reading;
  const [length, batch, features] = [dim(x.shape, 0), dim(x.shape, 1), dim(x.shape, 2)];
  const hidden = dim(input(reading, 2).shape, 2);
  const width = cell.gates * hidden;
  const pick = (value: Value): Value => b.reshape(b.slice(value, [0], [d], [d + 1]), value.shape.slice(1));
  const [weights, recurrent] = [pick(input(reading, 1)), pick(input(reading, 2))];
  if (weights.shape.join() !== [width, features].join() || recurrent.shape.join() !== [width, hidden].join())
    misfit("Recurrent weights do not fit the input and the hidden size.");
  const biases = reading.inputs[3] === undefined ? undefined : b.split(pick(reading.inputs[3]), [width, width], 0);
  const [own, other] = biases ?? [];
  const merged = own === undefined || other === undefined || cell.biasApart ? own : b.add(own, other);
  const projection = b.gemm(b.reshape(x, [length * batch, features]), weights, merged, { transB: true });
  const steps = b.split(projection, new Array<number>(length).fill(batch), 0);
  let state: readonly Value[] = cell.initial.map((index) => {
    const start = reading.inputs[index];
    if (start === undefined) return b.filled(x.dtype, [batch, hidden], 0);
    const batchFirst = intAttribute(reading, "layout", 0) === 1;
    return pick(batchFirst ? b.transpose(start, [1, 0, 2]) : start);
  });
  const all = new Array<Value>(length);
  for (let i = 0; i < length; i++) {
    const at = backwards ? length - 1 - i : i;
    const projected = steps[at] ?? misfit("A step is lost.");
    state = cell.step({ b, projected, recurrent, bias: cell.biasApart ? other : undefined, state });
    all[at] = state[0] ?? misfit("A state is lost.");
  }
  return { all, state };
}

const FUNCTIONS: Readonly<Record<string, (b: Builder, x: Value) => Value>> = {
  sigmoid: (b, x) => b.op("Sigmoid", [x]),
  tanh: (b, x) => b.op("Tanh", [x]),
  relu: (b, x) => b.op("Relu", [x]),
};

/** The activation functions of a cell, the same in both directions. */
export function activationsOf(reading: Reading, usual: readonly string[]): ((x: Value) => Value)[] {
  const names = textsAttribute(reading, "activations") ?? usual;
  return usual.map((_, i) => {
    const name = names[i] ?? "";
    const apply = FUNCTIONS[name.toLowerCase()];
    if (apply === undefined || names.some((other, at) => at % usual.length === i && other !== name))
      unsupported(
        `The activations ${names.join(", ")} are not supported.`,
        "Use Sigmoid, Tanh and Relu, alike in both directions.",
      );
    return (x) => apply(reading.b, x);
  });
}
