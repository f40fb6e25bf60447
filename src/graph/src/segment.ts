import { accumulate } from "./accumulation";
import { Builder } from "./builder";
import { Scope } from "./scope";
import type { Graph } from "./ir";
import { resultBudget } from "./cost";
import { bytesOf, int, type Literal, type Value } from "./ir";
import { appendLoop, carriedOut } from "./loops";
import { guarded, unscaled } from "./loss-scaling";
import { writeModel } from "./onnx/write";
import { NATIVE, widthsOf } from "./options";
import { optimizerOf } from "./optimizers/choose-optimizer";
import { clipGradients } from "./optimizers/clip-gradients";
import { scheduleColumns } from "./optimizers/schedule";
import { rematerialise } from "./passes/rematerialise";
import { averageName } from "./roles";
import { slotNames } from "./state";
import { verify } from "./verify";
import { finish, learn, type Learned, type Run, type StepSurroundings } from "./step-graph";

/** A segment graph and what its cost is counted from. */
export interface Segment {
  readonly model: Uint8Array;
  readonly body: Graph;
  /** Floating-point operations of a step. */
  readonly flops: number;
  /** Bytes of one step's data and labels. */
  readonly stepDataShapes: readonly Value[];
}

/** Symbolic name of the step dimension, and a stand-in size that never appears in the file. */
const STEPS = "steps";

/** Builds the Loop over K steps: state in, K batches in, state out, K losses out. */
export function buildSegment(run: Run, state: ReadonlyMap<string, Literal>): Segment {
  const { options, roles } = run;
  const { memoryBudgetBytes } = options;
  const stateBytes = [...state.values()].reduce((sum, tensor) => sum + bytesOf(tensor), 0);
  const scope = new Scope();
  const outer = new Builder(scope);
  const body = new Builder(scope);
  const steps = outer.input("steps", "int64", []);
  const names = [...state.keys()];
  const held = [...state].map(([name, { dtype, shape }]) => outer.input(name, dtype, shape));
  const columns = scheduleColumns(options, roles.usesChance);
  const schedule = outer.input("schedule", "float32", [1, columns.width]);
  const iteration = body.input(scope.fresh(), "int64", []);
  const condition = body.input(scope.fresh(), "bool", []);
  const carried = new Map(
    [...state].map(([name, { dtype, shape }]) => [name, body.input(scope.fresh(), dtype, shape)]),
  );
  const fed = new Map<string, Value>();
  const scalar = (b: Builder, index: number): Value =>
    b.gather(b.gather(schedule, iteration), b.scalar("int64", index));
  const around: StepSurroundings = {
    carried,
    rows(b, name, dtype, shape) {
      const stacked = fed.get(name) ?? outer.input(name, dtype, [1, ...shape]);
      fed.set(name, stacked);
      return b.gather(stacked, iteration);
    },
    key: (b) => b.cast(scalar(b, columns.key ?? 0), "uint32"),
    visible: () => new Set(outer.graph.inputs),
    resultBudget:
      memoryBudgetBytes === undefined ? undefined : resultBudget(memoryBudgetBytes, stateBytes, 0, widthsOf(options)),
  };
  const learned =
    (options.accumulationSteps ?? 1) === 1 ? wholeBatch(body, run, around) : accumulate(body, run, around);
  const next = update(body, run, carried, learned, {
    scalars: Array.from({ length: columns.scalars }, (_, index) => scalar(body, index)),
    averageDecay: columns.average === undefined ? undefined : scalar(body, columns.average),
  });
  body.graph.outputs = [condition, ...names.map((name) => next.get(name) ?? required(carried, name)), learned.loss];
  const guarded = body.graph.outputs.length - 1;
  finish(body.graph, scope, around.visible(), { engine: options.engine ?? NATIVE, guarded });
  body.graph.outputs[0] = new Builder(scope, body.graph).op("Cast", [condition], { to: int(9) });
  if (memoryBudgetBytes !== undefined) {
    const stepBytes = [...fed.values()].reduce((sum, rows) => sum + bytesOf(rows), 0);
    rematerialise(
      body.graph,
      scope,
      resultBudget(memoryBudgetBytes, stateBytes, stepBytes, widthsOf(options)),
      condition,
    );
    verify(body.graph, "rematerialising", around.visible());
  }
  const bytes = wrapInLoop(outer, { body: body.graph, steps, state: held, names });
  return { model: bytes, body: body.graph, flops: learned.flops, stepDataShapes: [...fed.values()] };
}

function wholeBatch(body: Builder, run: Run, around: StepSurroundings): Learned {
  const sources = {
    mode: "training" as const,
    batch: run.options.batchSize,
    values: around.carried,
    feed: (name: string, dtype: Value["dtype"], shape: readonly number[]) => around.rows(body, name, dtype, shape),
    key: () => around.key(body),
  };
  return learn(body, run, sources, around.visible);
}

function required(values: ReadonlyMap<string, Value>, name: string): Value {
  const value = values.get(name);
  if (value === undefined) throw new TypeError(`The state tensor "${name}" is not carried.`);
  return value;
}

/**
 * Appends clipping, the optimizer, averages and statistics, and what guards them against overflow; returns the next value
 * of every state tensor that changes.
 */
function update(
  b: Builder,
  { options, roles }: Run,
  carried: ReadonlyMap<string, Value>,
  learned: Learned,
  { scalars, averageDecay }: { readonly scalars: readonly Value[]; readonly averageDecay: Value | undefined },
): ReadonlyMap<string, Value> {
  const optimizer = optimizerOf(options.optimizer);
  const { clipNorm, weightDecayOn = "all" } = options;
  const raw = unscaled(b, learned.gradients, carried);
  const gradients = clipNorm === undefined ? raw : clipGradients(b, raw, clipNorm);
  const next = new Map<string, Value>(learned.statistics);
  const updates = [...roles.trained].map(([name, { shape }], i) => {
    const gradient = gradients[i];
    if (gradient === undefined) throw new TypeError(`The parameter "${name}" has no gradient.`);
    return { name, shape, gradient };
  });
  for (const { name, shape, gradient } of lastGradientFirst(b.graph, updates)) {
    const slots = slotNames(options.optimizer, name, shape);
    const updated = optimizer.update(b, {
      parameter: required(carried, name),
      gradient,
      slots: slots.map((slot) => required(carried, slot)),
      scalars,
      decays: weightDecayOn === "all" || shape.length >= 2,
    });
    next.set(name, updated.parameter);
    slots.forEach((slot, at) => next.set(slot, updated.slots[at] ?? required(carried, slot)));
    if (averageDecay === undefined) continue;
    const average = required(carried, averageName(name));
    // p + d (a - p), which is d a + (1 - d) p.
    const behind = b.sub(average, updated.parameter);
    next.set(averageName(name), b.add(updated.parameter, b.mul(behind, averageDecay)));
  }
  const made = lastGradientFirst(
    b.graph,
    learned.gradients.map((gradient) => ({ gradient })),
  ).reverse();
  return guarded(
    b,
    made.map(({ gradient }) => gradient),
    carried,
    next,
  );
}

/**
 * The runtime walks back from the ends of a graph, the last one in the file first, and computes what that one needs. So
 * the update whose gradient is there first stands last: gradients and activations then go as soon as they can. The other
 * way round every layer waits for the first one: measured 70 MB more for a ResNet-18 of batch 32.
 */
function lastGradientFirst<T extends { readonly gradient: Value }>(graph: Graph, updates: readonly T[]): T[] {
  const place = new Map(graph.nodes.map((node, at) => [node, at]));
  const made = ({ gradient }: T): number =>
    gradient.producer === undefined ? -1 : (place.get(gradient.producer) ?? -1);
  return [...updates].sort((a, b) => made(b) - made(a));
}

function wrapInLoop(
  outer: Builder,
  at: { body: Graph; steps: Value; state: readonly Value[]; names: readonly string[] },
): Uint8Array {
  const { body, steps, state, names } = at;
  const outputs: Value[] = [
    ...state.map((value) => carriedOut(outer, value)),
    { name: outer.scope.fresh(), dtype: "float32", shape: [1] },
  ];
  appendLoop(outer, body, steps, state, outputs);
  outer.graph.outputs = outputs;
  const outside = new Map(outputs.map((value, i) => [value, i < names.length ? `next.${names[i] ?? ""}` : "loss"]));
  const stacked = outer.graph.inputs
    .filter((value) => value !== steps && !state.includes(value))
    .map((value) => value.name);
  const symbolic = new Map([...stacked, "loss"].map((name) => [name, new Map([[0, STEPS]])]));
  return writeModel(outer.graph, { names: outside, symbolic });
}
