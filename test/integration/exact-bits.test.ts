import { describe, expect, test } from "vitest";
import { compileTraining, gptTemplate, type CompiledTraining } from "@trainyard/graph";
import { stateRoot, type EngineSettings, type ExecutionProviderName, type NamedTensor } from "@trainyard/protocol";
import { TASKS, type Task } from "../../src/graph/src/testing/tasks";
import { fromRuntimeTensor, openSession, toRuntimeTensor, type RuntimeTensor } from "../../worker/src/session";

const STEPS = 12;

interface Place {
  readonly name: string;
  readonly provider: ExecutionProviderName;
  readonly engine: EngineSettings;
  /** Steps of each run. */
  readonly chunk: number;
}

const native = (threads: number, optimization: "disabled" | "all"): EngineSettings => ({
  kind: "native",
  threads,
  optimization,
});
const PLACES: readonly Place[] = [
  { name: "one thread", provider: "cpu", engine: native(1, "all"), chunk: STEPS },
  { name: "two threads", provider: "cpu", engine: native(2, "all"), chunk: STEPS },
  { name: "not optimised", provider: "cpu", engine: native(1, "disabled"), chunk: STEPS },
  { name: "single steps", provider: "cpu", engine: native(2, "all"), chunk: 1 },
  { name: "WebAssembly", provider: "wasm", engine: { kind: "exact", slices: 2 }, chunk: 4 },
];

/** Trains a task on made data and gives the root of its last state, and its losses as bits. */
async function trainAt(task: Task, compiled: CompiledTraining, { provider, engine, chunk }: Place): Promise<string> {
  const session = await openSession(compiled.segmentModel, engine, provider);
  const { batchSize } = task.options;
  const { data, labels } = task.rows(STEPS * batchSize);
  let state = new Map<string, RuntimeTensor>(
    compiled.initialState.map((tensor) => [tensor.name, toRuntimeTensor(tensor)]),
  );
  const losses: string[] = [];
  for (let step = 0; step < STEPS; step += chunk) {
    const rows = (
      all: Uint8Array,
      name: string,
      dtype: NamedTensor["dtype"],
      shape: readonly number[],
    ): NamedTensor => {
      const size = all.length / STEPS;
      return { name, dtype, shape: [chunk, ...shape], data: all.slice(step * size, (step + chunk) * size) };
    };
    const fed: NamedTensor[] = [
      rows(data, `data.${task.input}`, "uint8", [batchSize, ...task.row]),
      rows(labels, "labels", "uint8", [batchSize, ...task.label]),
      rows(compiled.schedule.slice(0, STEPS * compiled.scheduleWidth * 4), "schedule", "float32", [
        compiled.scheduleWidth,
      ]),
      { name: "steps", dtype: "int64", shape: [], data: new Uint8Array(BigInt64Array.of(BigInt(chunk)).buffer) },
    ];
    const outputs = await session.run(
      new Map([...state, ...fed.map((tensor) => [tensor.name, toRuntimeTensor(tensor)] as const)]),
    );
    state = new Map([...state.keys()].map((name) => [name, outputs.get(`next.${name}`) as RuntimeTensor]));
    losses.push(Buffer.from((outputs.get("loss")?.data as Float32Array).slice().buffer).toString("hex"));
  }
  await session.close();
  return `${stateRoot([...state].map(([name, tensor]) => fromRuntimeTensor(name, tensor)))} ${losses.join("")}`;
}

/** Sizes and an optimizer whose quotients are no powers of two. */
const UNEVEN: readonly Task[] = TASKS.flatMap((task) =>
  task.input === "tokens"
    ? [
        {
          ...task,
          name: "transformer of width 24",
          forward: gptTemplate({
            vocabularySize: 17,
            contextLength: 12,
            embeddingSize: 24,
            layerCount: 1,
            headCount: 3,
            seed: 3,
          }),
          options: { ...task.options, optimizer: { kind: "adafactor", learningRate: 0.01, weightDecay: 0 } as const },
        },
      ]
    : [],
);

describe.each([...TASKS, ...UNEVEN])("an exact $name", (task) => {
  test.each([1, 2] as const)("with %i slices has the same bits everywhere", async (slices) => {
    const compiled = compileTraining(task.forward, { ...task.options, engine: { kind: "exact", slices } });
    const bits = new Map<string, string>();
    for (const place of PLACES) bits.set(place.name, await trainAt(task, compiled, place));
    const [first] = bits.values();
    expect(Object.fromEntries(bits)).toEqual(Object.fromEntries(PLACES.map(({ name }) => [name, first])));
  });
});
