import { availableParallelism } from "node:os";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import {
  elementBytes,
  elementCount,
  type EngineSettings,
  type ExecutionProviderName,
  type NamedTensor,
  type TensorDataType,
} from "@trainyard/protocol";
import { env, Tensor, type InferenceSession } from "onnxruntime-common";
import { SegmentFailure } from "./segment-failure";

/** A tensor as the runtime holds it; it goes from one run to the next without being copied through anything. */
export type RuntimeTensor = Tensor;

/** One loaded graph. `run` takes at least every input by name and gives every output by name. */
export interface GraphSession {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  run(feeds: ReadonlyMap<string, RuntimeTensor>): Promise<Map<string, RuntimeTensor>>;
  close(): Promise<void>;
}

/** Exact version of ONNX Runtime, part of the numeric class: both runtimes are pinned to the one of their common part. */
export const RUNTIME_VERSION: string = env.versions.common;

type TypedArray = Float32Array | Float64Array | BigInt64Array | Int32Array | Uint8Array;
type ArrayMaker = new (buffer: ArrayBuffer, byteOffset: number, length: number) => TypedArray;

const ARRAYS: Record<TensorDataType, ArrayMaker> = {
  float32: Float32Array,
  float64: Float64Array,
  int64: BigInt64Array,
  int32: Int32Array,
  uint8: Uint8Array,
  bool: Uint8Array,
};

/**
 * From here on the runtime takes memory for every tensor anew instead of from an arena, which keeps the most that it ever
 * gave out: a ResNet-18 of batch 32 takes a tenth less and no longer, while small models take up to a quarter longer.
 */
const LARGE_STATE_BYTES = 32 * 1024 ** 2;
/** Results lie outside the heap, where the collector learns of them late; after so many bytes it is called. */
const COLLECT_BYTES = 64 * 1024 ** 2;

/**
 * Loads a graph. Everything here that can change bits comes from the job's engine settings; bits of an exact graph do not
 * change, so it gets every core and every optimisation. Throws SegmentFailure "unsupported" for a native job in WebAssembly.
 */
export async function openSession(
  model: Uint8Array,
  engine: EngineSettings,
  provider: ExecutionProviderName,
  stateBytes = 0,
): Promise<GraphSession> {
  const inWasm = provider === "wasm";
  if (inWasm && engine.kind !== "exact")
    throw new SegmentFailure("unsupported", "ONNX Runtime Web runs exact jobs only, and this job is native.");
  const native = engine.kind === "native" ? engine : { threads: availableParallelism(), optimization: "all" as const };
  const runtime = await (inWasm ? loadWasm() : import("onnxruntime-node"));
  const session: InferenceSession = await runtime.InferenceSession.create(model, {
    executionProviders: [provider],
    intraOpNumThreads: native.threads,
    interOpNumThreads: 1,
    executionMode: "sequential",
    // Planned blocks keep room for every tensor at once: a ResNet-18 of batch 32 took 1.4 times the memory, no model less time.
    enableMemPattern: false,
    enableCpuMemArena: stateBytes < LARGE_STATE_BYTES,
    graphOptimizationLevel: native.optimization,
    logSeverityLevel: 3,
  });
  let uncollected = 0;
  return {
    inputNames: session.inputNames,
    outputNames: session.outputNames,
    async run(feeds) {
      if (uncollected > COLLECT_BYTES) {
        collectGarbage();
        uncollected = 0;
      }
      // ONNX Runtime Web refuses what a graph has no input for; ONNX Runtime takes no notice of it.
      const taken = [...feeds].filter(([name]) => session.inputNames.includes(name));
      const results = new Map(Object.entries(await session.run(Object.fromEntries(taken))));
      for (const { data } of results.values()) if (ArrayBuffer.isView(data)) uncollected += data.byteLength;
      return results;
    },
    close: () => session.release(),
  };
}

/** More threads than one would need workers of their own, which share nothing with the sandbox's limits. */
async function loadWasm() {
  const runtime = await import("onnxruntime-web");
  runtime.env.wasm.numThreads = 1;
  return runtime;
}

/** The engine's own function, which it gives only when it is told to. */
const collectGarbage = ((): (() => void) => {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc") as () => void;
})();

/** Hands bytes to the runtime; copies only when they are not aligned to their element size. */
export function toRuntimeTensor(tensor: NamedTensor): RuntimeTensor {
  const { dtype, data, shape } = tensor;
  const bytes = elementBytes(dtype);
  const aligned = data.byteOffset % bytes === 0 && data.buffer instanceof ArrayBuffer ? data : Uint8Array.from(data);
  const view = new ARRAYS[dtype](aligned.buffer as ArrayBuffer, aligned.byteOffset, elementCount(shape));
  return new Tensor(dtype, view as Float32Array, [...shape]);
}

/** Views a result as bytes, without a copy. Throws on element types the protocol does not know. */
export function fromRuntimeTensor(name: string, tensor: RuntimeTensor): NamedTensor {
  const dtype = tensor.type;
  if (!isKnown(dtype)) throw new TypeError(`Tensor "${name}" has the type ${dtype}, which no state may have.`);
  const data = tensor.data as TypedArray;
  return { name, dtype, shape: [...tensor.dims], data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
}

function isKnown(dtype: string): dtype is TensorDataType {
  return dtype in ARRAYS;
}
