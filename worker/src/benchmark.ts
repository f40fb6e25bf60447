import { compileTraining, mlpTemplate, type CompiledTraining } from "@trainyard/graph";
import type { EngineSettings, ExecutionProviderName, NamedTensor } from "@trainyard/protocol";
import { openSession, toRuntimeTensor, type RuntimeTensor } from "./session";

const BATCH = 64;
const STEPS = 8;
const INPUT_SIZE = 784;
const CLASSES = 10;

/**
 * Floating-point operations per second while really training a small MLP for about `durationMs`: what this machine
 * delivers on this runtime, not what its data sheet says.
 */
export async function measureTrainingSpeed(
  options: { engine: EngineSettings; provider: ExecutionProviderName; durationMs: number },
  now: () => number,
): Promise<number> {
  const compiled = compileBenchmark(options.engine);
  const session = await openSession(compiled.segmentModel, options.engine, options.provider);
  let state = new Map(compiled.initialState.map((tensor) => [tensor.name, toRuntimeTensor(tensor)]));
  const batch = new Map(benchmarkBatch(compiled).map((tensor) => [tensor.name, toRuntimeTensor(tensor)]));
  const train = async (): Promise<void> => {
    const outputs = await session.run(new Map([...state, ...batch]));
    state = new Map([...state.keys()].map((name) => [name, required(outputs, `next.${name}`)]));
  };
  await train();
  const started = now();
  let runs = 0;
  do {
    await train();
    runs++;
  } while (now() - started < options.durationMs);
  const flopsPerSecond = (runs * STEPS * compiled.report.flopsPerStep * 1000) / (now() - started);
  await session.close();
  return flopsPerSecond;
}

function compileBenchmark(engine: EngineSettings): CompiledTraining {
  return compileTraining(
    mlpTemplate({ inputSize: INPUT_SIZE, hiddenSizes: [256, 128], classCount: CLASSES, seed: 1 }),
    {
      batchSize: BATCH,
      engine,
      inputs: [{ input: "x", dtype: "uint8", scale: 1 / 255 }],
      labels: { dtype: "uint8" },
      loss: { kind: "crossEntropy" },
      optimizer: { kind: "adamw", learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01 },
      schedule: { kind: "constant", warmupSteps: 0 },
      totalSteps: STEPS,
      evaluationBatchSize: BATCH,
    },
  );
}

function benchmarkBatch(compiled: CompiledTraining): NamedTensor[] {
  // Any fixed byte pattern does: dense kernels take the same time on every finite input.
  const data = Uint8Array.from({ length: STEPS * BATCH * INPUT_SIZE }, (_, i) => (i * 31) & 255);
  const labels = Uint8Array.from({ length: STEPS * BATCH }, (_, i) => i % CLASSES);
  return [
    { name: "steps", dtype: "int64", shape: [], data: new Uint8Array(BigInt64Array.of(BigInt(STEPS)).buffer) },
    { name: "schedule", dtype: "float32", shape: [STEPS, compiled.scheduleWidth], data: compiled.schedule },
    { name: "data.x", dtype: "uint8", shape: [STEPS, BATCH, INPUT_SIZE], data },
    { name: "labels", dtype: "uint8", shape: [STEPS, BATCH], data: labels },
  ];
}

function required(outputs: ReadonlyMap<string, RuntimeTensor>, name: string): RuntimeTensor {
  const tensor = outputs.get(name);
  if (tensor === undefined) throw new TypeError(`The benchmark graph has no output "${name}".`);
  return tensor;
}
