import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { STANDARD_ENGINES } from "@trainyard/protocol";
import { BlobCache } from "../blob-cache";
import { GatewayClient } from "../client";
import { openDataDirectory } from "../data-directory";
import { readEnvironment } from "../env";
import { loadOrCreateKey } from "../identity";
import { runLeaseLoop } from "../lease-loop";
import { createLog } from "../log";
import { createRetry } from "../retry";
import type { LeaseOutcome } from "../run-lease";
import { runInSandbox, type SandboxSettings } from "../sandbox";
import { detectConfinement } from "../sandbox-launch";
import { TestGateway } from "./gateway";

const BACKOFF = { firstDelayMs: 5, longestDelayMs: 50, random: () => 0.5 };
export const CHILD_PATH = fileURLToPath(new URL("../../dist/sandbox-child.js", import.meta.url));

/** Builds the worker's programs; tests run what a provider would run. */
export function buildWorker(): void {
  const built = spawnSync(process.execPath, [fileURLToPath(new URL("../../build.mjs", import.meta.url))], {
    encoding: "utf8",
  });
  if (built.status !== 0) throw new Error(`The worker does not build: ${built.stderr}`);
}

/** A gateway, and machines that work for it, in one folder that goes when the test ends. */
export class Workshop {
  readonly folder = mkdtempSync(join(tmpdir(), "trainyard-worker-"));
  readonly gateway = new TestGateway(join(this.folder, "gateway"));
  readonly lines: string[] = [];
  url = "";

  static async open(): Promise<Workshop> {
    const workshop = new Workshop();
    workshop.url = await workshop.gateway.listen();
    return workshop;
  }

  async close(): Promise<void> {
    await this.gateway.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  sandbox(scratch: string, searchPath = readEnvironment().searchPath): SandboxSettings {
    return { confinement: detectConfinement(searchPath), childPath: CHILD_PATH, vulkan: {}, scratch };
  }

  async numericClass(sandbox: SandboxSettings, provider: "cpu" | "wasm"): Promise<string> {
    const engine = STANDARD_ENGINES[provider === "cpu" ? "native" : "exact"];
    const task = { kind: "probe" as const, engine, provider };
    const limits = { wallClockMs: 20_000, memoryBytes: 1024 ** 3 };
    return runInSandbox(
      sandbox,
      () => task,
      { limits },
      async ({ result }) => result.numericClass,
    );
  }

  /** A machine with its own key and cache that has joined the gateway. */
  async machine(name: string, provider: "cpu" | "wasm" = "cpu") {
    const directory = openDataDirectory(join(this.folder, name));
    const key = loadOrCreateKey(directory.root);
    const retry = createRetry({ ...BACKOFF, attempts: 4 });
    const client = new GatewayClient({ url: this.url, key, now: Date.now, retry });
    const sandbox = this.sandbox(directory.scratch);
    const numericClass = await this.numericClass(sandbox, provider);
    const { machineId } = await client.join({
      joinToken: this.gateway.joinToken,
      publicKey: key.publicKey,
      name,
      report: {
        cpuModel: "test",
        cores: 1,
        memoryBytes: 1,
        platform: "test",
        workerVersion: "0",
        runtimeVersion: "0",
        sandbox: sandbox.confinement.level,
        providers: [],
        provider,
        numericClass,
        flopsPerSecond: { native: provider === "cpu" ? 1 : null, exact: 1 },
      },
    });
    client.identifyAs(machineId);
    const cache = new BlobCache({ directory: directory.blobs, scratch: directory.scratch, limitBytes: 1024 ** 3 });
    return { directory, key, client, retry, sandbox, numericClass, cache, provider };
  }

  /** Runs the lease loop until `enough` says so or the time is up; gives the outcomes of its leases. */
  async work(
    machine: Awaited<ReturnType<Workshop["machine"]>>,
    enough: (outcomes: readonly LeaseOutcome[]) => boolean,
    onProcess: (pid: number) => void = () => undefined,
  ): Promise<LeaseOutcome[]> {
    const stop = new AbortController();
    const outcomes: LeaseOutcome[] = [];
    const deadline = setTimeout(() => stop.abort(), 40_000);
    await runLeaseLoop({
      ...machine,
      log: createLog({ json: false, write: (line) => this.lines.push(line), now: () => new Date() }),
      backoff: BACKOFF,
      now: () => performance.now(),
      shutdown: stop.signal,
      onProcess,
      onOutcome: (outcome) => {
        outcomes.push(outcome);
        if (enough(outcomes)) stop.abort();
      },
    });
    clearTimeout(deadline);
    return outcomes;
  }
}
