import { byCodeUnit, type Examined } from "./examine-model";
import { sizeOf, type Literal } from "./ir";
import { SCALER_PREFIX } from "./loss-scaling";
import type { ForwardModel } from "./onnx/model";
import { SLOT_PREFIXES } from "./optimizers/choose-optimizer";
import type { TrainingOptions } from "./options";
import { GraphRefusal } from "./refusal";
import { uniform } from "./templates/random";

/** A low-rank pair beside a weight matrix; names are those of its tensors in the state. */
export interface Adapter {
  readonly a: string;
  readonly b: string;
}

/** What each tensor of a run is for. Everything of the model that is not named here is a constant. */
export interface Roles {
  /** Tensors that the optimizer updates, with where they start: weights of the model, or adapters. */
  readonly trained: ReadonlyMap<string, Literal>;
  /** Running statistics, which the forward pass updates. */
  readonly statistics: ReadonlyMap<string, Literal>;
  /** Adapters by the name of the weight they stand beside. */
  readonly adapters: ReadonlyMap<string, Adapter>;
  /** Factor on every adapter's product: alpha / rank. */
  readonly adapterScale: number;
  readonly usesChance: boolean;
}

/** The state tensor, float32 [1], that carries alpha / rank, so that a checkpoint says by itself how to merge. */
export const ADAPTER_SCALE = "lora.scale";
const ADAPTER_PREFIX = "lora.";
const AVERAGE_PREFIX = "average.";

export const averageName = (parameter: string): string => `${AVERAGE_PREFIX}${parameter}`;
export const adapterNames = (weight: string): Adapter => ({
  a: `${ADAPTER_PREFIX}a.${weight}`,
  b: `${ADAPTER_PREFIX}b.${weight}`,
});

/** Decides what is trained. Refuses patterns that fit nothing, and a run that would train nothing. */
export function assignRoles(model: ForwardModel, examined: Examined, options: TrainingOptions): Roles {
  const learnable = [...examined.trainable, ...examined.statistics];
  const frozen = matcher(options.frozen ?? [], learnable, "frozen");
  refuseReservedNames(learnable, [...model.initializers.keys()]);
  const free = examined.trainable.filter((name) => !frozen(name));
  const statistics = literals(
    model,
    examined.statistics.filter((name) => !frozen(name)),
  );
  if (examined.trainable.length === 0) {
    throw new GraphRefusal("graph/no-parameters", {
      reason: "The model has no weights that the output depends on by a differentiable path.",
      fix: "Export with the weights stored as initializers (export_params=True), and choose the right output.",
    });
  }
  if (free.length === 0) {
    throw new GraphRefusal("graph/no-parameters", {
      reason: "Every weight of the model is frozen, so there is nothing to train.",
      fix: "Leave out a pattern of the frozen weights.",
    });
  }
  const { lora } = options;
  const common = { statistics, usesChance: examined.usesChance };
  if (lora === undefined) return { ...common, trained: literals(model, free), adapters: new Map(), adapterScale: 0 };
  const targeted = matcher(lora.targets, free, "LoRA targets");
  const adapted = literals(model, free.filter(targeted));
  const trained = new Map(
    [...adapted].flatMap(([name, weight], i) => freshAdapter(name, weight, examined, i, options)),
  );
  return {
    ...common,
    trained: new Map([...trained].sort(([x], [y]) => byCodeUnit(x, y))),
    adapters: new Map([...adapted.keys()].map((name) => [name, adapterNames(name)])),
    adapterScale: lora.alpha / lora.rank,
  };
}

/** A uniform as Kaiming draws it for the input's width, B zero: at first the adapter changes nothing. */
function freshAdapter(
  name: string,
  weight: Literal,
  { products }: Examined,
  stream: number,
  { lora, seed = 0 }: TrainingOptions,
): [string, Literal][] {
  const orientation = products.get(name);
  const [rows, columns] = weight.shape;
  if (orientation === undefined || weight.shape.length !== 2 || rows === undefined || columns === undefined) {
    throw new GraphRefusal("graph/lora-target", {
      reason: `The weight "${name}" [${weight.shape.join(", ")}] is not only the matrix of a product, so it takes no adapter.`,
      fix: "Aim LoRA at the weights of linear layers.",
    });
  }
  const rank = lora?.rank ?? 1;
  const [from, to] = orientation === "transposed" ? [columns, rows] : [rows, columns];
  if (rank > Math.min(from, to)) {
    throw new GraphRefusal("graph/lora-target", {
      reason: `An adapter of rank ${rank} is wider than the weight "${name}" [${weight.shape.join(", ")}].`,
      fix: `Choose a rank of at most ${Math.min(from, to)}, better a quarter of that.`,
    });
  }
  const names = adapterNames(name);
  return [
    [names.a, { dtype: "float32", shape: [from, rank], data: uniform(seed, stream, from * rank, 1 / Math.sqrt(from)) }],
    [names.b, { dtype: "float32", shape: [rank, to], data: new Float32Array(sizeOf([rank, to])) }],
  ];
}

function literals(model: ForwardModel, names: readonly string[]): Map<string, Literal> {
  return new Map(
    names.flatMap((name) => {
      const literal = model.initializers.get(name);
      return literal === undefined ? [] : [[name, literal] as const];
    }),
  );
}

/** A test of names against patterns in which "*" stands for any text; every pattern must fit something. */
function matcher(patterns: readonly string[], names: readonly string[], what: string): (name: string) => boolean {
  const tests = patterns.map((pattern) => {
    const fits = (name: string): boolean => fitsPattern(name, pattern);
    if (names.some(fits)) return fits;
    throw new GraphRefusal("graph/weight-pattern", {
      reason: `The pattern "${pattern}" of ${what} fits no weight that could be meant.`,
      fix: `Choose among: ${names.slice(0, 8).join(", ")}${names.length > 8 ? ", ..." : ""}.`,
    });
  });
  return (name) => tests.some((fits) => fits(name));
}

/** Whether a name fits a pattern: its parts between "*" in order, the first at the start and the last at the end. */
function fitsPattern(name: string, pattern: string): boolean {
  const [start = "", ...rest] = pattern.split("*");
  const end = rest.pop();
  if (end === undefined) return name === pattern;
  if (!name.startsWith(start)) return false;
  let at = start.length;
  for (const part of rest) {
    const found = name.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return name.length - end.length >= at && name.endsWith(end);
}

/** Names that would collide with a port of the emitted graphs, or with what a state holds beside the weights. */
function refuseReservedNames(learnable: readonly string[], all: readonly string[]): void {
  const prefixes = ["data.", "next.", ADAPTER_PREFIX, AVERAGE_PREFIX, SCALER_PREFIX, ...SLOT_PREFIXES];
  const ports = ["steps", "schedule", "labels", "example_weight", "loss", "loss_sum", "correct", "counted"];
  const reserved =
    learnable.find((name) => ports.includes(name)) ??
    all.find((name) => prefixes.some((prefix) => name.startsWith(prefix)));
  if (reserved === undefined) return;
  throw new GraphRefusal("graph/reserved-name", {
    reason: `A weight is called "${reserved}", a name that the training graph uses itself.`,
    fix: "Rename it in the model.",
  });
}
