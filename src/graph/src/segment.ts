import { Builder } from "./builder";
import { Scope } from "./scope";
import { byCodeUnit } from "./forward-graph";
import type { Graph } from "./ir";
import { int, type Literal, type Node, type Value } from "./ir";
import { meanLoss } from "./losses/loss";
import type { ForwardModel } from "./onnx/model";
import { writeModel } from "./onnx/write";
import { adamwUpdate, momentNames, SCALARS_PER_STEP } from "./optimizers/adamw";
import type { InputBinding, TrainingOptions } from "./options";
import { applyForward, finish, parameterGradients, prepare } from "./step-graph";

/** A segment graph and what its cost is counted from. */
export interface Segment {
  readonly model: Uint8Array;
  readonly body: Graph;
  /** Bytes of one step's data and labels. */
  readonly stepDataShapes: readonly Value[];
}

/** Symbolic name of the step dimension, and a stand-in size that never appears in the file. */
const STEPS = "steps";

/** Builds the Loop over K steps: state in, K batches in, state out, K losses out. */
export function buildSegment(
  model: ForwardModel,
  options: TrainingOptions,
  parameters: ReadonlyMap<string, Literal>,
): Segment {
  const scope = new Scope();
  const outer = new Builder(scope);
  const body = new Builder(scope);
  const steps = outer.input("steps", "int64", []);
  const names = [...parameters.keys()].flatMap((name) => [name, ...momentNames(name)]).sort(byCodeUnit);
  const shapes = new Map(
    [...parameters].flatMap(([name, { shape }]) => [name, ...momentNames(name)].map((key) => [key, shape] as const)),
  );
  const state = names.map((name) => outer.input(name, "float32", shapes.get(name) ?? []));
  const schedule = outer.input("schedule", "float32", [1, SCALARS_PER_STEP]);
  const iteration = body.input(scope.fresh(), "int64", []);
  const condition = body.input(scope.fresh(), "bool", []);
  const carried = new Map(names.map((name) => [name, body.input(scope.fresh(), "float32", shapes.get(name) ?? [])]));
  const fed: Value[] = [];
  const row = (name: string, dtype: Value["dtype"], shape: readonly number[]): Value => {
    const stacked = outer.input(name, dtype, [1, ...shape]);
    fed.push(stacked);
    return body.gather(stacked, iteration);
  };
  const feed = (binding: InputBinding, shape: readonly number[]): Value =>
    row(`data.${binding.input}`, binding.dtype, shape);
  const current = new Map([...parameters.keys()].map((name) => [name, carriedValue(carried, name)]));
  const { prediction, labels } = applyForward(body, model, options, options.batchSize, current, feed);
  body.graph.outputs = [meanLoss(body, options.loss.kind, prediction, row("labels", labels.dtype, labels.shape))];
  const visible = new Set(outer.graph.inputs);
  prepare(body.graph, scope, visible);
  appendUpdate(body, options, carried, [...parameters.keys()], body.gather(schedule, iteration));
  const [loss, ...next] = body.graph.outputs;
  const nextByName = new Map(
    [...parameters.keys()].flatMap((name) => [name, ...momentNames(name)]).map((name, i) => [name, next[i]]),
  );
  const ordered = names.flatMap((name) => nextByName.get(name) ?? []);
  body.graph.outputs = [condition, ...ordered, ...(loss === undefined ? [] : [loss])];
  finish(body.graph, scope, visible);
  body.graph.outputs[0] = new Builder(scope, body.graph).op("Cast", [condition], { to: int(9) });
  const bytes = wrapInLoop(outer, { body: body.graph, steps, state, names });
  return { model: bytes, body: body.graph, stepDataShapes: fed };
}

function carriedValue(carried: ReadonlyMap<string, Value>, name: string): Value {
  const value = carried.get(name);
  if (value === undefined) throw new TypeError(`The state tensor "${name}" is not carried.`);
  return value;
}

/** Appends gradients and the optimizer; graph outputs become the loss and then parameter, m, v of each parameter. */
function appendUpdate(
  b: Builder,
  options: TrainingOptions,
  carried: ReadonlyMap<string, Value>,
  parameters: readonly string[],
  row: Value,
): void {
  const [loss] = b.graph.outputs;
  if (loss === undefined) throw new TypeError("The step graph has no loss.");
  const values = parameters.map((name) => carriedValue(carried, name));
  const found = parameterGradients(b, loss, values);
  const scalar = (index: number): Value => b.gather(row, b.scalar("int64", index));
  const scalars = [scalar(0), scalar(1), scalar(2)] as const;
  const updates = parameters.flatMap((name, i) => {
    const [m, v] = momentNames(name);
    const [parameter, gradient] = [values[i], found[i]];
    if (parameter === undefined || gradient === undefined) return [];
    const next = adamwUpdate(
      b,
      options.optimizer,
      { parameter, gradient, m: carriedValue(carried, m), v: carriedValue(carried, v) },
      scalars,
    );
    return [next.parameter, next.m, next.v];
  });
  b.graph.outputs = [loss, ...updates];
}

function wrapInLoop(
  outer: Builder,
  at: { body: Graph; steps: Value; state: readonly Value[]; names: readonly string[] },
): Uint8Array {
  const { body, steps, state, names } = at;
  const outputs: Value[] = [
    ...state.map(({ dtype, shape }) => ({ name: outer.scope.fresh(), dtype, shape })),
    { name: outer.scope.fresh(), dtype: "float32", shape: [1] },
  ];
  const always = outer.constant("bool", [], Uint8Array.of(1));
  const loop: Node = {
    op: "Loop",
    inputs: [steps, always, ...state],
    outputs,
    attributes: { body: { kind: "graph", value: body } },
  };
  outer.graph.nodes = [loop];
  outer.graph.outputs = outputs;
  const outside = new Map(outputs.map((value, i) => [value, i < names.length ? `next.${names[i] ?? ""}` : "loss"]));
  const stacked = outer.graph.inputs
    .filter((value) => value !== steps && !state.includes(value))
    .map((value) => value.name);
  const symbolic = new Map([...stacked, "loss"].map((name) => [name, new Map([[0, STEPS]])]));
  return writeModel(outer.graph, { names: outside, symbolic });
}
