import { spawn, type ChildProcess } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { watchMemory } from "./memory-watch";
import { LINE_PREFIX, SandboxMessage, type SandboxResult, type SandboxTask } from "./sandbox-messages";
import { planLaunch, type Confinement, type LaunchOptions } from "./sandbox-launch";
import { isOutOfMemory, SegmentFailure } from "./segment-failure";

const ERROR_TEXT_BYTES = 4096;
/** A line carries at most the losses of one segment; a longer one is noise or an attack on the parent's memory. */
const LINE_BYTES_MAX = 4 * 1024 * 1024;

export interface SandboxSettings {
  readonly confinement: Confinement;
  readonly childPath: string;
  readonly vulkan: Readonly<Record<string, string>>;
  /** Folder for the working folders of the processes, removed after each. */
  readonly scratch: string;
}

export interface SandboxRun {
  readonly limits: LaunchOptions["limits"];
  readonly signal?: AbortSignal;
  readonly onLosses?: (losses: Uint8Array) => void;
  /** Told the process id that holds the work; a test ends it to see that the loop goes on. */
  readonly onStarted?: (pid: number) => void;
}

export type Finished<R extends SandboxResult> = { result: R; peakMemoryBytes: number };

/** Why the parent ended the process itself; wins over whatever the process said. */
type Ended = { reason: SegmentFailure | null };

/**
 * Runs one task in a process of its own and never in this one: a graph can crash or hang the runtime. `makeTask` gets
 * the folder in which the process may write; the folder goes when `use` has taken what it needs. Throws SegmentFailure,
 * or the abort reason of `signal`.
 */
export async function runInSandbox<K extends SandboxTask["kind"], T>(
  settings: SandboxSettings,
  makeTask: (outputDirectory: string) => Extract<SandboxTask, { kind: K }>,
  run: SandboxRun,
  use: (finished: Finished<Extract<SandboxResult, { kind: K }>>) => Promise<T>,
): Promise<T> {
  const directory = await mkdtemp(join(settings.scratch, "run-"));
  try {
    const emptyDirectory = join(directory, "empty");
    const outputDirectory = join(directory, "out");
    await mkdir(emptyDirectory);
    await mkdir(outputDirectory);
    const task = makeTask(outputDirectory);
    const finished = await execute(task, {
      ...settings,
      ...run,
      emptyDirectory,
      outputDirectory,
      provider: providerOf(task),
    });
    if (!isKind(finished, task.kind))
      throw new SegmentFailure("crashed", `The sandbox answered another task than "${task.kind}".`);
    return await use(finished);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function isKind<K extends SandboxTask["kind"]>(
  finished: Finished<SandboxResult>,
  kind: K,
): finished is Finished<Extract<SandboxResult, { kind: K }>> {
  return finished.result.kind === kind;
}

function providerOf(task: SandboxTask): LaunchOptions["provider"] {
  return task.kind === "inspect" ? "cpu" : task.provider;
}

async function execute(task: SandboxTask, options: LaunchOptions & SandboxRun): Promise<Finished<SandboxResult>> {
  options.signal?.throwIfAborted();
  const launch = planLaunch(task, options);
  const child = spawn(launch.command, launch.args, {
    cwd: launch.cwd,
    // The web framework's types demand NODE_ENV in every environment; this one is empty on purpose.
    env: launch.env as NodeJS.ProcessEnv,
    stdio: ["pipe", "pipe", "pipe"],
    // Its own process group, so that one signal reaches whatever it may have started.
    detached: true,
  });
  const ended: Ended = { reason: null };
  const end = (reason: SegmentFailure | null): void => {
    ended.reason ??= reason;
    killGroup(child);
  };
  const stopGuards = guard(child, options, end);
  // A process that dies before it reads its task breaks the pipe; its exit says why.
  child.stdin?.on("error", () => undefined);
  child.stdin?.end(JSON.stringify(task));
  try {
    const { message, errorText, exit } = await listen(child, options, end);
    options.signal?.throwIfAborted();
    if (ended.reason !== null) throw ended.reason;
    if (message?.type === "result") return message;
    if (message?.type === "failure") throw new SegmentFailure(message.code, message.message);
    throw new SegmentFailure(
      isOutOfMemory(errorText) ? "out-of-memory" : "crashed",
      `The training process ended with ${exit} before it had a result. ${errorText}`.trim().slice(0, 1000),
    );
  } finally {
    stopGuards();
    killGroup(child);
  }
}

function guard(
  child: ChildProcess,
  options: LaunchOptions & SandboxRun,
  end: (reason: SegmentFailure | null) => void,
): () => void {
  const { limits, signal } = options;
  const onAbort = (): void => end(null);
  signal?.addEventListener("abort", onAbort, { once: true });
  const timer = setTimeout(
    () => end(new SegmentFailure("wall-clock", `The segment ran longer than its limit of ${limits.wallClockMs} ms.`)),
    limits.wallClockMs,
  );
  let stopWatching = (): void => undefined;
  if (child.pid !== undefined) {
    options.onStarted?.(child.pid);
    stopWatching = watchMemory(child.pid, limits.memoryBytes, (bytes) =>
      end(
        new SegmentFailure(
          "out-of-memory",
          `The segment held ${mebibytes(bytes)} MiB, its limit is ${mebibytes(limits.memoryBytes)} MiB.`,
        ),
      ),
    );
  }
  return () => {
    clearTimeout(timer);
    stopWatching();
    signal?.removeEventListener("abort", onAbort);
  };
}

type Heard = { message: SandboxMessage | null; errorText: string; exit: string };

/** Reads the process's lines until it is gone; the last result or failure counts. */
function listen(
  child: ChildProcess,
  options: SandboxRun,
  end: (reason: SegmentFailure | null) => void,
): Promise<Heard> {
  return new Promise((resolve) => {
    let message: SandboxMessage | null = null;
    let errorText = "";
    const diagnose = (text: string): void => {
      errorText = (errorText + text).slice(-ERROR_TEXT_BYTES);
    };
    child.stderr?.setEncoding("utf8").on("data", diagnose);
    child.on("error", (error) => {
      diagnose(error.message);
      if (child.pid === undefined) resolve({ message: null, errorText, exit: "no start" });
    });
    let bytesInLine = 0;
    child.stdout?.on("data", (chunk: Buffer) => {
      const newline = chunk.lastIndexOf(10);
      bytesInLine = newline < 0 ? bytesInLine + chunk.byteLength : chunk.byteLength - newline;
      if (bytesInLine > LINE_BYTES_MAX)
        end(new SegmentFailure("crashed", "The training process wrote an endless line."));
    });
    if (child.stdout)
      createInterface({ input: child.stdout, crlfDelay: Infinity }).on("line", (line) => {
        const heard = parseLine(line);
        if (heard === null) diagnose(`${line.slice(0, 500)}\n`);
        else if (heard.type === "losses") options.onLosses?.(Buffer.from(heard.losses, "base64"));
        else message = heard;
      });
    child.on("close", (code, signal) => resolve({ message, errorText, exit: signal ?? `code ${code}` }));
  });
}

function parseLine(line: string): SandboxMessage | null {
  if (!line.startsWith(LINE_PREFIX)) return null;
  try {
    return SandboxMessage.parse(JSON.parse(line.slice(LINE_PREFIX.length)));
  } catch {
    return null;
  }
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // The group is already gone; on Windows there are no groups.
    child.kill("SIGKILL");
  }
}

function mebibytes(bytes: number): number {
  return Math.round(bytes / 1024 ** 2);
}
