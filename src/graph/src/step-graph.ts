import type { Builder } from "./builder";
import type { Scope } from "./scope";
import { gradients } from "./autodiff";
import { chance } from "./chance";
import { trainingFlops } from "./cost";
import { verifyExact } from "./exact/verify-exact";
import { batchedShape, initializerValues } from "./forward-graph";
import { importForward } from "./import-forward";
import { isFloat, type Graph, type Value } from "./ir";
import { scaledLoss } from "./loss-scaling";
import { labelShape, lossSum, meanOf } from "./losses/loss";
import type { ForwardModel } from "./onnx/model";
import { NATIVE, type EngineChoice, type TrainingOptions } from "./options";
import { turnImages } from "./passes/turn-images";
import { fuseProducts } from "./passes/fuse-products";
import { insertAdapters, type AdapterValues } from "./passes/insert-adapters";
import { joinMoves } from "./passes/join-moves";
import { lowerExact } from "./passes/lower-exact";
import { lowerNative } from "./passes/lower-native";
import { lowerPrecision, roundAgain } from "./passes/lower-precision";
import { removeDeadCode } from "./passes/remove-dead-code";
import { shareCommon } from "./passes/share-common";
import { GraphRefusal } from "./refusal";
import type { Roles } from "./roles";
import { verify } from "./verify";

/** A training run: the forward model, the choices, and what they make of its tensors. */
export interface Run {
  readonly model: ForwardModel;
  readonly options: TrainingOptions;
  readonly roles: Roles;
}

/** Where a graph of ours gets what it computes on. */
export interface Sources {
  readonly mode: "training" | "evaluation";
  /** Examples that are computed at once. */
  readonly batch: number;
  /** Trained tensors and running statistics, by the names of `Roles`. */
  readonly values: ReadonlyMap<string, Value>;
  /** Rows "data.<input>" or "labels". */
  readonly feed: (name: string, dtype: Value["dtype"], shape: readonly number[]) => Value;
  /** Key of chance of the step, uint32; asked for at most once. */
  readonly key: () => Value;
}

/** The forward model inside a graph of ours. */
export interface Applied {
  /** What the loss is taken of, float32. */
  readonly prediction: Value;
  readonly labels: Value;
  /** Next values of running statistics by the name of their initializer. */
  readonly statistics: ReadonlyMap<string, Value>;
  /** Adapter factors by the constant weight that they stand beside. */
  readonly adapters: ReadonlyMap<Value, AdapterValues>;
}

/** Applies the forward model and fetches the labels. */
export function applyForward(b: Builder, { model, options, roles }: Run, sources: Sources): Applied {
  const { batch, values } = sources;
  const own = [...values].filter(([name]) => roles.trained.has(name) || roles.statistics.has(name));
  const known = initializerValues(b, model, new Map(own), new Set(roles.adapters.keys()));
  const weights = new Map(known);
  for (const port of model.inputs) known.set(port.name, boundInput(b, options, port, sources));
  const names = new Map([...roles.statistics.keys()].map((name) => [values.get(name), name]));
  const statistics = new Map<string, Value>();
  let streams = 0;
  let key: Value | undefined;
  const results = importForward(b, model, known, {
    mode: sources.mode,
    update: (statistic, next) => {
      const name = names.get(statistic);
      if (name !== undefined) statistics.set(name, next);
    },
    chance: (inside, shape, probability) => {
      key ??= sources.key();
      return chance(inside, key, streams++, shape, probability);
    },
  });
  const name = options.loss.output ?? model.outputs[0]?.name ?? "";
  const prediction = results.get(name);
  if (prediction === undefined) {
    throw new GraphRefusal("graph/no-output", {
      reason: `The model has no output "${name}".`,
      fix: "Choose one of the model's outputs for the loss.",
    });
  }
  if (!isFloat(prediction.dtype) || prediction.shape[0] !== batch) {
    throw new GraphRefusal("graph/loss-mismatch", {
      reason: `The output "${name}" is ${prediction.dtype} [${prediction.shape.join(", ")}], not floating-point numbers with the batch of ${batch} first.`,
      fix: "Choose an output that holds logits or predictions for each example.",
    });
  }
  return {
    prediction: b.cast(prediction, "float32"),
    labels: sources.feed("labels", options.labels.dtype, labelShape(options.loss, prediction.shape)),
    statistics,
    adapters: adapterValues(roles, weights, values),
  };
}

function boundInput(
  b: Builder,
  options: TrainingOptions,
  port: ForwardModel["inputs"][number],
  { batch, feed }: Sources,
): Value {
  const binding = options.inputs.find(({ input }) => input === port.name);
  if (binding === undefined) refuseBinding(`The model's input "${port.name}" is bound to no data.`);
  const raw = feed(`data.${port.name}`, binding.dtype, batchedShape(port, batch));
  if (isFloat(raw.dtype) && !isFloat(port.dtype))
    refuseBinding(`The model's input "${port.name}" takes ${port.dtype} and is fed ${binding.dtype}.`);
  const value = b.cast(raw, port.dtype);
  return isFloat(port.dtype) ? b.shift(b.scale(value, binding.scale ?? 1), binding.offset ?? 0) : value;
}

function refuseBinding(reason: string): never {
  throw new GraphRefusal("graph/inputs", { reason, fix: "Bind every input of the model to data of a fitting type." });
}

function adapterValues(
  roles: Roles,
  weights: ReadonlyMap<string, Value>,
  values: ReadonlyMap<string, Value>,
): Map<Value, AdapterValues> {
  return new Map(
    [...roles.adapters].map(([name, adapter]) => {
      const [weight, a, b] = [weights.get(name), values.get(adapter.a), values.get(adapter.b)];
      if (weight === undefined || a === undefined || b === undefined)
        throw new TypeError(`The adapter of "${name}" is not among the values.`);
      return [weight, { a, b }];
    }),
  );
}

/** What a batch, or a part of one, gives to the update. */
export interface Learned {
  readonly loss: Value;
  /** In the order of `roles.trained`; of the scaled loss where the state has a scale. */
  readonly gradients: readonly Value[];
  readonly statistics: ReadonlyMap<string, Value>;
  /** Floating-point operations, as `trainingFlops` counts them. */
  readonly flops: number;
}

/** What a training step finds around it. Every value it gives stands in an enclosing graph or is made in the one it is given. */
export interface StepSurroundings {
  /** The state by name. */
  readonly carried: ReadonlyMap<string, Value>;
  /** Rows of the step: "data.<input>" or "labels". */
  readonly rows: (b: Builder, name: string, dtype: Value["dtype"], shape: readonly number[]) => Value;
  /** Key of chance of the step, uint32 []. */
  readonly key: (b: Builder) => Value;
  /** Values of enclosing graphs. */
  readonly visible: () => ReadonlySet<Value>;
  /** Bytes that results of nodes may take at once. */
  readonly resultBudget: number | undefined;
}

/**
 * Appends forward pass, loss and gradients to an empty graph. `countWhole` counts what matters in the whole batch when
 * this is only a part of it; losses and gradients of all parts then add up to those of the batch.
 */
export function learn(
  b: Builder,
  { model, options, roles }: Run,
  sources: Sources,
  visible: () => ReadonlySet<Value>,
  countWhole: (partCount: Value) => Value = (count) => count,
): Learned {
  const { prediction, labels, statistics, adapters } = applyForward(b, { model, options, roles }, sources);
  const { sum, count } = lossSum(b, options.loss, prediction, labels);
  const mean = meanOf(b, { sum, count: countWhole(count) });
  b.graph.outputs = [mean, ...statistics.values()];
  prepare(b.graph, b.scope, visible(), adapters, roles.adapterScale, options.engine ?? NATIVE);
  const { precision = "float32" } = options;
  if (precision !== "float32") {
    lowerPrecision(b.graph, b.scope, precision);
    verify(b.graph, "lowering precision", visible());
  }
  const [loss, ...moved] = b.graph.outputs;
  if (loss === undefined) throw new TypeError("The step graph has no loss.");
  const trained = [...roles.trained.keys()].map((name) => {
    const value = sources.values.get(name);
    if (value === undefined) throw new TypeError(`The state tensor "${name}" is not carried.`);
    return value;
  });
  const flops = trainingFlops(b.graph, trained);
  const forward = new Set(b.graph.nodes);
  const derived = parameterGradients(b, scaledLoss(b, loss, sources.values), trained);
  if (precision !== "float32") {
    roundAgain(b.graph, b.scope, forward);
    verify(b.graph, "rounding again", visible());
  }
  return {
    loss,
    flops,
    gradients: derived,
    statistics: new Map([...statistics.keys()].map((name, i) => [name, moved[i] ?? loss])),
  };
}

/** Passes before differentiation. */
export function prepare(
  graph: Graph,
  scope: Scope,
  outer: ReadonlySet<Value>,
  adapters: ReadonlyMap<Value, AdapterValues>,
  adapterScale: number,
  engine: EngineChoice,
): void {
  verify(graph, "reading", outer);
  insertAdapters(graph, scope, adapters, adapterScale);
  verify(graph, "inserting adapters", outer);
  fuseProducts(graph, scope);
  removeDeadCode(graph);
  verify(graph, "fusing products", outer);
  turnImages(graph, scope, engine.kind);
  removeDeadCode(graph);
  verify(graph, "turning images", outer);
}

/** How a graph is lowered to an engine. In exact graphs the output at place `guarded` becomes NaN when a number overflows. */
export interface Lowering {
  readonly engine: EngineChoice;
  readonly guarded: number;
}

/** Passes after it: lowering to the engine, joined moves, sharing, dead code. */
export function finish(graph: Graph, scope: Scope, outer: ReadonlySet<Value>, { engine, guarded }: Lowering): void {
  removeDeadCode(graph);
  lowerNative(graph, scope);
  verify(graph, "native lowering", outer);
  joinMoves(graph, scope);
  verify(graph, "joining moves", outer);
  shareCommon(graph, scope);
  removeDeadCode(graph);
  verify(graph, "sharing", outer);
  if (engine.kind === "native") return;
  lowerExact(graph, scope, engine.slices, guarded);
  shareCommon(graph, scope);
  removeDeadCode(graph);
  verify(graph, "exact lowering", outer);
  verifyExact(graph);
}

/** Gradients of the loss for every parameter; refuses a parameter that turns out not to be reached. */
function parameterGradients(b: Builder, loss: Value, parameters: readonly Value[]): Value[] {
  return gradients(b, loss, parameters).map((gradient, i) => {
    if (gradient !== undefined) return gradient;
    throw new GraphRefusal("graph/no-gradient", {
      reason: `The parameter "${parameters[i]?.name ?? ""}" gets no gradient from the loss.`,
      fix: "Choose the output that depends on it.",
    });
  });
}
