import { gradients } from "./autodiff";
import { Builder } from "./builder";
import { batchedShape, candidateParameters, initializerValues } from "./forward-graph";
import { importForward, type Unsupported } from "./import-forward";
import { intAttribute, isFloat, type Graph, type Node, type Value } from "./ir";
import type { ForwardModel } from "./onnx/model";
import { GraphRefusal } from "./refusal";
import { Scope } from "./scope";

/** How a weight matrix stands in its products: x W with W [in, out], or x W^T with W [out, in]. */
export type Orientation = "plain" | "transposed";

/** What a forward model offers to training. Names are in code-unit order. */
export interface Examined {
  /** Initializers that the output depends on by a differentiable path. */
  readonly trainable: readonly string[];
  /** Running statistics that the forward pass updates. */
  readonly statistics: readonly string[];
  /** Matrices that are used in products only, always in one way. */
  readonly products: ReadonlyMap<string, Orientation>;
  readonly usesChance: boolean;
}

/**
 * Looks at a model by differentiating it once in a graph that is thrown away. With `collect`, refusals are gathered and
 * what depends on the refused nodes is left out.
 */
export function examineModel(model: ForwardModel, batch: number, output?: string, collect?: Unsupported[]): Examined {
  if (output !== undefined && !model.outputs.some(({ name }) => name === output)) {
    throw new GraphRefusal("graph/no-output", {
      reason: `The model has no output "${output}".`,
      fix: `Choose one of its outputs: ${model.outputs.map(({ name }) => name).join(", ")}.`,
    });
  }
  const b = new Builder(new Scope());
  const candidates = new Map<string, Value>();
  for (const [name, { dtype, shape, data }] of candidateParameters(model))
    candidates.set(name, { name, dtype, shape, initial: data });
  const known = initializerValues(b, model, candidates);
  for (const port of model.inputs) known.set(port.name, b.input(port.name, port.dtype, batchedShape(port, batch)));
  const statistics = new Set<string>();
  let usesChance = false;
  const values = importForward(
    b,
    model,
    known,
    {
      mode: "training",
      update: (statistic) => void statistics.add(requiredInitializer(model, statistic)),
      chance: (inside, shape) => {
        usesChance = true;
        return inside.filled("bool", shape, 1);
      },
    },
    collect,
  );
  const outputs = model.outputs
    .filter(({ name }) => output === undefined || name === output)
    .flatMap(({ name }) => values.get(name) ?? []);
  const products = productsOf(b.graph, [...candidates.values()]);
  const trainable = reached(b, outputs, [...candidates.values()]).filter((name) => !statistics.has(name));
  return {
    trainable: trainable.sort(byCodeUnit),
    statistics: [...statistics].sort(byCodeUnit),
    products,
    usesChance,
  };
}

function requiredInitializer(model: ForwardModel, statistic: Value): string {
  if (model.initializers.get(statistic.name)?.dtype === "float32") return statistic.name;
  throw new GraphRefusal("graph/unsupported-operator", {
    reason: "A running statistic is no float32 initializer of the model, so it cannot be carried from step to step.",
    fix: "Export with the running statistics stored as weights (export_params=True).",
  });
}

/** Names of the candidates that the outputs depend on: one walk back from the sum of all of them. */
function reached(b: Builder, outputs: readonly Value[], candidates: readonly Value[]): string[] {
  const probes = outputs.flatMap((value) =>
    isFloat(value.dtype)
      ? [
          b.cast(
            b.sum(
              value,
              value.shape.map((_, axis) => axis),
            ),
            "float32",
          ),
        ]
      : [],
  );
  const [first, ...rest] = probes;
  if (first === undefined) return [];
  const found = gradients(b, rest.reduce(b.add, first), candidates);
  return candidates.flatMap(({ name }, i) => (found[i] === undefined ? [] : [name]));
}

/** How a node multiplies by a value; undefined where it does anything else with it. */
function wayOf(node: Node, value: Value, turned: boolean): Orientation | undefined {
  const right = node.inputs[1] === value && node.inputs[0] !== value && node.inputs[2] !== value;
  const isGemm = node.op === "Gemm" && intAttribute(node, "transA", 0) === 0;
  if (!right || (node.op !== "MatMul" && !isGemm)) return undefined;
  const flipped = isGemm && intAttribute(node, "transB", 0) === 1;
  return flipped !== turned ? "transposed" : "plain";
}

function productsOf(graph: Graph, candidates: readonly Value[]): Map<string, Orientation> {
  const users = new Map<Value, Node[]>();
  for (const node of graph.nodes)
    for (const value of new Set(node.inputs))
      if (value !== undefined) users.set(value, [...(users.get(value) ?? []), node]);
  const orientations = (weight: Value): (Orientation | undefined)[] => {
    const ways: (Orientation | undefined)[] = [];
    const waiting: [value: Value, turned: boolean][] = [[weight, false]];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const [value, turned] = next;
      for (const node of users.get(value) ?? []) {
        const [made] = node.outputs;
        if (node.op === "Transpose" && made !== undefined) waiting.push([made, !turned]);
        else ways.push(wayOf(node, value, turned));
      }
    }
    return ways;
  };
  return new Map(
    candidates.flatMap((value) => {
      const [way, ...others] = value.shape.length === 2 ? orientations(value) : [];
      return way !== undefined && others.every((other) => other === way) ? [[value.name, way] as const] : [];
    }),
  );
}

/** Order of strings by their UTF-16 code units, the same on every machine. */
export const byCodeUnit = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
