import { spawn, type ChildProcess } from "node:child_process";
import { createWriteStream, existsSync, renameSync, statSync, type WriteStream } from "node:fs";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** A program to keep running. */
export interface Program {
  readonly name: string;
  readonly script: string;
  /** Worked out anew at every start. */
  readonly args: () => Promise<readonly string[]>;
  readonly environment: NodeJS.ProcessEnv;
  readonly cwd: string;
}

export interface ProcessOptions {
  readonly logDirectory: string;
  /** Module loaded first, which ends the program when the supervisor is gone. */
  readonly leash: string;
  readonly onRestart: (message: string) => void;
}

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 15_000;
/** A program that ran this long has started well; its next failure is not counted with the ones before. */
const SETTLED_MS = 20_000;
const LOG_BYTES_MAX = 10 * 1024 * 1024;

/** Keeps one program running: starts it again, ever later, when it dies, and writes what it says to its log file. */
export class SupervisedProcess {
  readonly #program: Program;
  readonly #options: ProcessOptions;
  readonly #log: WriteStream;
  readonly logFile: string;
  #child: ChildProcess | undefined;
  #loop: Promise<void> | undefined;
  readonly #stopping = new AbortController();
  #failures = 0;
  #lastLines: string[] = [];

  constructor(program: Program, options: ProcessOptions) {
    this.#program = program;
    this.#options = options;
    this.logFile = join(options.logDirectory, `${program.name}.log`);
    if (existsSync(this.logFile) && statSync(this.logFile).size > LOG_BYTES_MAX)
      renameSync(this.logFile, `${this.logFile}.1`);
    this.#log = createWriteStream(this.logFile, { flags: "a" });
  }

  get name(): string {
    return this.#program.name;
  }

  /** How often in a row it died soon after its start. */
  get failures(): number {
    return this.#failures;
  }

  /** The last it said, for an error message. */
  get lastWords(): string {
    return this.#lastLines.slice(-5).join("\n");
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  start(): void {
    this.#loop ??= this.#run();
  }

  /** Asks it to end, and ends it by force after `graceMs`. Resolves when it is gone. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping.abort();
    const child = this.#child;
    if (child !== undefined && isRunning(child)) {
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), graceMs);
      if (isRunning(child)) await once(child, "exit");
      clearTimeout(timer);
    }
    await this.#loop;
    this.#log.end();
  }

  kill(): void {
    this.#stopping.abort();
    this.#child?.kill("SIGKILL");
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const startedAt = performance.now();
      const ending = await this.#runOnce().catch((error: unknown) =>
        error instanceof Error ? error.message : String(error),
      );
      if (signal.aborted) return;
      this.#failures = performance.now() - startedAt > SETTLED_MS ? 1 : this.#failures + 1;
      const delayMs = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (this.#failures - 1));
      this.#write(`--- ${this.name} ${ending}; starts again in ${delayMs} ms`);
      this.#options.onRestart(`${this.name} ${ending}; it starts again in ${delayMs / 1000} s (log: ${this.logFile})`);
      await sleep(delayMs, undefined, { signal }).catch(() => undefined);
    }
  }

  async #runOnce(): Promise<string> {
    const { script, environment, cwd, args } = this.#program;
    const flags = ["--enable-source-maps", "--import", this.#options.leash, script, ...(await args())];
    if (this.#stopping.signal.aborted) return "was stopped";
    // A session of its own: Ctrl-C in the terminal reaches the supervisor alone, which then stops all in order.
    const child = spawn(process.execPath, flags, {
      cwd,
      env: environment,
      detached: true,
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) this.#record(stream);
    const [code, signalName] = (await once(child, "exit")) as [number | null, string | null];
    return signalName === null ? `ended with code ${code ?? "?"}` : `was ended by ${signalName}`;
  }

  #record(stream: NodeJS.ReadableStream | null): void {
    let rest = "";
    stream?.on("data", (chunk: Buffer) => {
      const lines = (rest + chunk.toString("utf8")).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) this.#write(line);
    });
  }

  #write(line: string): void {
    this.#lastLines = [...this.#lastLines.slice(-19), line];
    this.#log.write(`${new Date().toISOString()} ${this.name} | ${line}\n`);
  }
}

function isRunning(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null && child.pid !== undefined;
}
