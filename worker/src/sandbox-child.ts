import { createHash } from "node:crypto";
import {
  closeSync,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { networkInterfaces } from "node:os";
import {
  decodeSafetensors,
  encodeSafetensors,
  stateRoot,
  type BlobReader,
  type NamedTensor,
} from "@trainyard/protocol";
import { measureTrainingSpeed } from "./benchmark";
import { environmentNames } from "./env";
import { measureNumericClass } from "./numeric-class";
import { LINE_PREFIX, SandboxTask, type SandboxMessage, type SandboxResult } from "./sandbox-messages";
import { asSegmentFailure, SegmentFailure, type FailCode } from "./segment-failure";
import { checkStartState, evaluateState, nativeSha256, trainSegment } from "./segment-run";
import { openSession, RUNTIME_VERSION, type GraphSession } from "./session";

const parentId = process.ppid;

/** The disposable process: one task in on standard input, lines out on standard output, then it ends. */
async function main(): Promise<void> {
  try {
    const task = SandboxTask.parse(JSON.parse(readFileSync(0, "utf8")));
    const result = await perform(task);
    // Kilobytes on every platform (uv_getrusage); includes Node and the runtime themselves.
    const peakMemoryBytes = process.resourceUsage().maxRSS * 1024;
    send({ type: "result", result, peakMemoryBytes });
  } catch (error) {
    const failure = asSegmentFailure(error, "crashed");
    send({ type: "failure", code: failure.code, message: failure.message.slice(0, 1000) });
  }
  // The runtime's own threads would keep a process alive that has nothing left to do, and an orderly exit waits two seconds
  // for the compiler of WebAssembly, whose code nobody will run.
  process.kill(process.pid, "SIGKILL");
}

async function perform(task: SandboxTask): Promise<SandboxResult> {
  switch (task.kind) {
    case "segment":
      return runSegment(task);
    case "probe":
      return {
        kind: "probe",
        numericClass: await measureNumericClass(task.engine, task.provider),
        runtimeVersion: RUNTIME_VERSION,
      };
    case "benchmark":
      return { kind: "benchmark", flopsPerSecond: await measureTrainingSpeed(task, now) };
    case "inspect":
      return {
        kind: "inspect",
        environment: environmentNames(),
        workingDirectory: readdirSync("."),
        readable: task.readPaths.filter(canRead),
        networkInterfaces: Object.keys(networkInterfaces()).filter((name) => name !== "lo"),
      };
  }
}

async function runSegment(task: Extract<SandboxTask, { kind: "segment" }>): Promise<SandboxResult> {
  const { spec, index, provider } = task;
  const blobs = blobReader(task.blobs);
  const numericClass = await measureNumericClass(spec.engine, provider);
  let hashMs = 0;
  const takeStartState = (): NamedTensor[] => {
    const state = decodeSafetensors(readWhole(task.startState));
    const begun = now();
    checkStartState(state, task.startStateRoot);
    hashMs += now() - begun;
    return state;
  };
  const losses: Float32Array[] = [];
  const onLosses = (chunk: Float32Array): void => {
    // A parent that died takes its lease with it; nobody would read what comes next.
    if (process.ppid !== parentId) process.exit(1);
    losses.push(chunk.slice());
    send({ type: "losses", losses: base64(chunk) });
  };
  let started = now();
  const stateBytes = statSync(task.startState).size;
  const state = await withSession(blobs(spec.segmentModel), task, stateBytes, (session) =>
    trainSegment({ spec, index, blobs, takeStartState, session, onLosses, now }),
  );
  const trainMs = now() - started - hashMs;

  started = now();
  const evaluation = await withSession(blobs(spec.evaluationModel), task, 0, (session) =>
    evaluateState(spec, blobs, state, session),
  );
  const evaluateMs = now() - started;

  started = now();
  const root = stateRoot(state, nativeSha256);
  const file = encodeSafetensors(state);
  const stateBlob = createHash("sha256").update(file).digest("hex");
  hashMs += now() - started;
  writeFileSync(task.outputPath, file, { flag: "wx", mode: 0o600 });
  const all = Buffer.concat(losses.map(bytesOf)).toString("base64");
  return {
    kind: "segment",
    stateRoot: root,
    stateBlob,
    losses: all,
    evaluation: base64(evaluation),
    numericClass,
    trainMs,
    evaluateMs,
    hashMs,
  };
}

/** Opens a graph, uses it, and closes it, so that two graphs never hold their arenas at the same time. */
async function withSession<T>(
  model: Uint8Array,
  task: Extract<SandboxTask, { kind: "segment" }>,
  stateBytes: number,
  use: (session: GraphSession) => Promise<T>,
): Promise<T> {
  const session = await failingAs("unsupported", () => openSession(model, task.spec.engine, task.provider, stateBytes));
  try {
    return await failingAs("crashed", () => use(session));
  } finally {
    await session.close();
  }
}

async function failingAs<T>(code: FailCode, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asSegmentFailure(error, code);
  }
}

/** Reads each blob on first use and keeps it: training and held-out data never sit in memory before they are needed. */
function blobReader(paths: Readonly<Record<string, string>>): BlobReader {
  const held = new Map<string, Uint8Array>();
  return (hash) => {
    const found = held.get(hash);
    if (found !== undefined) return found;
    const path = paths[hash];
    if (path === undefined) throw new SegmentFailure("bad-blob", `The task names no file for blob ${hash}.`);
    const bytes = readWhole(path);
    held.set(hash, bytes);
    return bytes;
  };
}

/** Reads a file of any size; readFile stops at 2 GiB. */
function readWhole(path: string): Uint8Array {
  const file = openSync(path, "r");
  try {
    const bytes = new Uint8Array(fstatSync(file).size);
    for (let at = 0; at < bytes.byteLength;) {
      const read = readSync(file, bytes, at, Math.min(bytes.byteLength - at, 1 << 28), at);
      if (read === 0)
        throw new SegmentFailure("bad-blob", `The file of a blob ends at ${at} of ${bytes.byteLength} bytes.`);
      at += read;
    }
    return bytes;
  } finally {
    closeSync(file);
  }
}

function send(message: SandboxMessage): void {
  const line = Buffer.from(`${LINE_PREFIX}${JSON.stringify(message)}\n`);
  for (let at = 0; at < line.byteLength;) at += writeSync(1, line, at);
}

function canRead(path: string): boolean {
  try {
    readFileSync(path);
    return true;
  } catch {
    return false;
  }
}

function now(): number {
  return performance.now();
}

function bytesOf(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

function base64(values: Float32Array): string {
  return Buffer.from(bytesOf(values)).toString("base64");
}

await main();
