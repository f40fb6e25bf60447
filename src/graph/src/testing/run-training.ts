import { InferenceSession, Tensor as RuntimeTensor } from "onnxruntime-node";
import type { CompiledTraining, Tensor } from "..";
import { arrayOf, sizeOf, type StoredType } from "../ir";
import { stepRows } from "./training";

/** Rows of all steps for one port: numbers [steps, batch, ...]. */
export interface FedRows {
  readonly dtype: StoredType;
  readonly shape: readonly number[];
  readonly data: readonly number[] | Uint8Array;
}

export interface Trained {
  readonly losses: number[];
  /** The state after the last step, by name. */
  readonly state: ReadonlyMap<string, Float32Array>;
}

const settings = { intraOpNumThreads: 1, graphOptimizationLevel: "all", logSeverityLevel: 3 } as const;

/** Runs a compiled training from its first state over all the fed steps, in runs of the given lengths. */
export async function runTraining(
  compiled: CompiledTraining,
  fed: Readonly<Record<string, FedRows>>,
  chunks: readonly number[],
): Promise<Trained> {
  const session = await InferenceSession.create(compiled.segmentModel, settings);
  let state = new Map<string, Float32Array>(
    compiled.initialState.map(({ name, data }) => [name, new Float32Array(data.slice().buffer)]),
  );
  const shapes = new Map(compiled.initialState.map(({ name, shape }) => [name, shape]));
  const losses: number[] = [];
  let done = 0;
  for (const count of chunks) {
    const rows = stepRows(compiled.schedule, 4 * compiled.scheduleWidth, done, count);
    const results = await session.run({
      ...Object.fromEntries([...state].map(([name, data]) => [name, floats(data, shapes.get(name) ?? [])])),
      ...Object.fromEntries(Object.entries(fed).map(([name, port]) => [name, slice(port, done, count)])),
      steps: new RuntimeTensor("int64", BigInt64Array.of(BigInt(count)), []),
      schedule: floats(new Float32Array(rows.buffer), [count, compiled.scheduleWidth]),
    });
    const out = (name: string): Float32Array => Float32Array.from(results[name]?.data as Float32Array);
    losses.push(...out("loss"));
    state = new Map([...state.keys()].map((name) => [name, out(`next.${name}`)]));
    done += count;
  }
  await session.release();
  return { losses, state };
}

/** What the evaluation graph says of a state. */
export async function runEvaluation(
  compiled: CompiledTraining,
  state: ReadonlyMap<string, Float32Array>,
  fed: Readonly<Record<string, FedRows>>,
  weights: readonly number[],
): Promise<{ lossSum: number; correct: number; counted: number }> {
  const session = await InferenceSession.create(compiled.evaluationModel, settings);
  const shapes = new Map(compiled.initialState.map(({ name, shape }) => [name, shape]));
  const wanted = new Set(session.inputNames);
  const results = await session.run({
    ...Object.fromEntries(
      [...state]
        .filter(([name]) => wanted.has(name))
        .map(([name, data]) => [name, floats(data, shapes.get(name) ?? [])]),
    ),
    ...Object.fromEntries(Object.entries(fed).map(([name, port]) => [name, whole(port)])),
    example_weight: floats(Float32Array.from(weights), [weights.length]),
  });
  await session.release();
  const number = (name: string): number => {
    const { data, dims } = results[name] ?? { data: [], dims: undefined };
    if (dims?.length !== 0) throw new TypeError(`The output "${name}" of an evaluation is no scalar.`);
    return (data as Float32Array)[0] ?? Number.NaN;
  };
  return { lossSum: number("loss_sum"), correct: number("correct"), counted: number("counted") };
}

/** Outputs of a plain model by name. */
export async function runModel(
  model: Uint8Array,
  fed: Readonly<Record<string, FedRows>>,
): Promise<ReadonlyMap<string, Float32Array>> {
  const session = await InferenceSession.create(model, settings);
  const results = await session.run(Object.fromEntries(Object.entries(fed).map(([name, port]) => [name, whole(port)])));
  await session.release();
  return new Map(
    Object.entries(results).map(([name, tensor]) => [name, Float32Array.from(tensor.data as Float32Array)]),
  );
}

/** A state as the tensors of a checkpoint. */
export function tensorsOf(compiled: CompiledTraining, state: ReadonlyMap<string, Float32Array>): Tensor[] {
  return compiled.initialState.map((tensor) => ({
    ...tensor,
    data: new Uint8Array((state.get(tensor.name) ?? new Float32Array()).slice().buffer),
  }));
}

const floats = (data: Float32Array, shape: readonly number[]) => new RuntimeTensor("float32", data, [...shape]);

const whole = ({ dtype, shape, data }: FedRows): RuntimeTensor =>
  new RuntimeTensor(dtype, arrayOf(dtype, data) as Float32Array, [...shape]);

function slice({ dtype, shape, data }: FedRows, from: number, count: number): RuntimeTensor {
  const size = sizeOf(shape.slice(1));
  return whole({ dtype, shape: [count, ...shape.slice(1)], data: data.slice(from * size, (from + count) * size) });
}
