/**
 * One side of the training benchmark: trains a segment graph in ONNX Runtime, as the worker does, when told to.
 *
 * Usage: train FOLDER THREADS cpu|wasm. Each line "train N" on standard input runs the first N stored batches once, from the state
 * the last line left, and answers {"ms": …, "losses": […]}; "finish" answers {"peakBytes": …} and ends.
 */
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { decodeSafetensors } from "@trainyard/protocol";
import { openSession, toRuntimeTensor, type RuntimeTensor } from "../../worker/src/session";

const [folder = "", threads = "", provider = "cpu"] = process.argv.slice(2);
const read = (name: string): Uint8Array => readFileSync(join(folder, name));
const load = (name: string) =>
  new Map(decodeSafetensors(read(name)).map((tensor) => [tensor.name, toRuntimeTensor(tensor)]));

const session = await openSession(
  read("segment.onnx"),
  provider === "wasm"
    ? { kind: "exact", slices: 2 }
    : { kind: "native", threads: Number(threads), optimization: "all" },
  provider === "wasm" ? "wasm" : "cpu",
  statSync(join(folder, "state.safetensors")).size,
);
const data = load("data.safetensors");
const [schedule] = decodeSafetensors(read("schedule.safetensors"));
const rowBytes = (schedule?.shape[1] ?? 0) * 4;
let state = load("state.safetensors");
let done = 0;

for await (const line of createInterface({ input: process.stdin })) {
  if (line === "finish") {
    answer({ peakBytes: process.resourceUsage().maxRSS * 1024 });
    break;
  }
  const steps = Number(line.split(" ")[1]);
  const feeds = new Map([
    ...state,
    ...[...data].map(([name, all]) => [name, first(all, steps)] as const),
    ...scalars(steps),
  ]);
  const started = performance.now();
  const outputs = await session.run(feeds);
  state = new Map([...state.keys()].map((name) => [name, required(outputs, `next.${name}`)]));
  const losses = Array.from(required(outputs, "loss").data as Float32Array);
  answer({ ms: performance.now() - started, losses });
  done += steps;
}
await session.close();

/** The first rows of a tensor, as a view. */
function first(all: RuntimeTensor, rows: number): RuntimeTensor {
  const [stored = 1, ...row] = all.dims;
  const bytes = all.data as Uint8Array;
  const view = bytes.subarray(0, (bytes.length / stored) * rows);
  return toRuntimeTensor({ name: "", dtype: "uint8", shape: [rows, ...row], data: view });
}

/** The step count, and the schedule's rows of the steps that come next. */
function scalars(steps: number): Map<string, RuntimeTensor> {
  const rows = schedule?.data.subarray(done * rowBytes, (done + steps) * rowBytes) ?? new Uint8Array();
  const count = new Uint8Array(BigInt64Array.of(BigInt(steps)).buffer);
  return new Map([
    ["steps", toRuntimeTensor({ name: "steps", dtype: "int64", shape: [], data: count })],
    ["schedule", toRuntimeTensor({ name: "schedule", dtype: "float32", shape: [steps, rowBytes / 4], data: rows })],
  ]);
}

function required(tensors: ReadonlyMap<string, RuntimeTensor>, name: string): RuntimeTensor {
  const tensor = tensors.get(name);
  if (tensor === undefined) throw new TypeError(`There is no tensor "${name}".`);
  return tensor;
}

function answer(message: object): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}
