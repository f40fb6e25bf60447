import { InferenceSession, Tensor } from "onnxruntime-node";
import { Builder } from "../builder";
import type { Graph, Value } from "../ir";
import { writeModel } from "../onnx/write";
import { interpret } from "./exact-interpreter";

/** A graph of the exact set with one float32 result, and its fed float32 inputs. */
export interface ExactGraph {
  readonly graph: Graph;
  readonly inputs: readonly Value[];
  readonly y: Value;
}

/** Settings under which a graph is run; the bits must not depend on them. */
export const SETTINGS = (["disabled", "all"] as const).flatMap((graphOptimizationLevel) =>
  [1, 2].map((intraOpNumThreads) => ({ graphOptimizationLevel, intraOpNumThreads, logSeverityLevel: 3 as const })),
);

export function exactGraph(
  shapes: readonly (readonly number[])[],
  make: (b: Builder, ...inputs: Value[]) => Value,
): ExactGraph {
  const b = new Builder();
  const inputs = shapes.map((shape, i) => b.input(`x${i}`, "float32", shape));
  const y = make(b, ...inputs);
  b.graph.outputs.push(y);
  return { graph: b.graph, inputs, y };
}

/** The result in ONNX Runtime. */
export async function runExact(
  { graph, inputs, y }: ExactGraph,
  fed: readonly (readonly number[])[],
  settings: InferenceSession.SessionOptions = SETTINGS[0] ?? {},
): Promise<Float32Array> {
  const session = await InferenceSession.create(writeModel(graph), settings);
  const feeds: Record<string, Tensor> = {};
  inputs.forEach(({ name, shape }, i) => {
    feeds[name] = new Tensor("float32", Float32Array.from(fed[i] ?? []), [...shape]);
  });
  const results = await session.run(feeds);
  await session.release();
  return Float32Array.from(results[y.name]?.data as Float32Array);
}

/** The result by the interpreter; of an engine that makes zeros of denormal numbers when asked. */
export function interpretExact(
  { graph, inputs, y }: ExactGraph,
  fed: readonly (readonly number[])[],
  flushes = false,
): Float32Array {
  const operands = new Map(inputs.map((value, i) => [value, (fed[i] ?? []).map(Math.fround)]));
  const known = interpret(graph, operands, flushes);
  return Float32Array.from(known.get(y) ?? []);
}

/** Bits of float32 numbers; every NaN counts as the same, because its payload is not fixed. */
export function bitsOf(numbers: Float32Array): number[] {
  const canonical = numbers.map((x) => (Number.isNaN(x) ? NaN : x));
  return Array.from(new Uint32Array(canonical.buffer));
}

/** Numbers of both signs whose exponents are spread evenly between two powers of two, the same every time. */
export function spread(count: number, low: number, high: number, seed = 1): number[] {
  let state = seed >>> 0;
  const draw = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return Array.from({ length: count }, () => Math.fround((draw() < 0.5 ? -1 : 1) * 2 ** (low + (high - low) * draw())));
}

/** Numbers spread evenly between two bounds. */
export const between = (count: number, low: number, high: number): number[] =>
  Array.from({ length: count }, (_, i) => Math.fround(low + ((high - low) * (i + 0.5)) / count));

/** Zeros, the smallest and largest numbers, halves and bounds of ranges, infinities and NaN. */
export const EDGES: readonly number[] = [
  0,
  1e-45,
  1e-40,
  2 ** -126,
  2 ** -100,
  2 ** -24,
  2 ** -10,
  2 ** -11,
  1.5 * 2 ** -10,
  1 / 128,
  3 / 128,
  0.5,
  1,
  1.5,
  2,
  2.5,
  3.14159274,
  9.0625,
  9.125,
  17.5,
  18,
  87.3,
  87.33,
  87.34,
  87.3359375,
  88,
  88.7,
  88.71875,
  88.73,
  88.75,
  1e3,
  2 ** 23,
  2 ** 24 - 1,
  2 ** 30,
  2 ** 31,
  1e10,
  1e19,
  2e19,
  1e20,
  2 ** 102,
  2 ** 117,
  2 ** 122,
  2 ** 126,
  2 ** 127,
  3.4028234663852886e38,
  Infinity,
  NaN,
]
  .flatMap((x) => [x, -x])
  .map(Math.fround);
