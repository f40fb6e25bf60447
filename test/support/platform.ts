import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { run, type Runner } from "graphile-worker";
import type { Context, MemberActor } from "@/kernel";
import { createJoinToken, ensureDemoOrganisations, listMachines, type DemoOrganisationKey } from "@/modules/identity";
import { setOffer } from "@/modules/market";
import { depositSandbox } from "@/modules/payments";
import { readJob, type JobView } from "@/modules/settlement";
import { gatewayHandler } from "@/server/gateway/handler";
import { createServices, type Services } from "@/server/services";
import { addSampleDatasets } from "@/server/samples/sample-datasets";
import { startPeriodic } from "@/server/tasks/periodic";
import { createTestDatabase } from "./database";
import { taskListOf } from "./task-queue";

const WORKER = fileURLToPath(new URL("../../worker/dist/main.js", import.meta.url));
const LEASE_MS = 3_000;
/** What a worker computes with: ONNX Runtime on the processor, or ONNX Runtime Web. */
const RUNTIME_FLAGS = { native: ["--provider", "cpu"], wasm: ["--runtime", "wasm"] } as const;
type WorkerRuntime = keyof typeof RUNTIME_FLAGS;
const DOLLARS = 1_000_000n;

/** A whole platform on a database of its own: gateway and tasks in this process, workers as the processes they are. */
export class Platform {
  readonly folder = mkdtempSync(join(tmpdir(), "trainyard-platform-"));
  readonly workers = new Map<string, ChildProcess>();
  gatewayUrl = "";
  #stops: (() => Promise<unknown>)[] = [];
  #owners: Partial<Record<DemoOrganisationKey, MemberActor>> = {};

  private constructor(
    readonly services: Services,
    readonly databaseUrl: string,
  ) {}

  /**
   * Opens a platform with demo organisations, sample datasets and 100 demo dollars for the buyer. Without tasks nothing
   * happens by itself: the test runs auction, sweep and settlement when it wants them.
   */
  static async open({ tasks = true } = {}): Promise<Platform> {
    const { url, close } = await createTestDatabase();
    const folder = mkdtempSync(join(tmpdir(), "trainyard-data-"));
    const services = createServices({ databaseUrl: url, dataDirectory: folder, sandbox: true });
    const platform = new Platform(services, url);
    platform.#stops.push(
      async () => rmSync(folder, { recursive: true, force: true }),
      close,
      () => services.database.close(),
    );
    const system = services.contextFor({ kind: "system", task: "test" });
    const demo = await ensureDemoOrganisations(system);
    for (const key of Object.keys(demo) as DemoOrganisationKey[]) {
      const { organisationId, ownerId } = demo[key];
      platform.#owners[key] = { kind: "member", userId: ownerId, organisationId, role: "owner" };
    }
    await addSampleDatasets(system);
    const funds = { amountMicros: 100n * DOLLARS, idempotencyKey: "test-funds" };
    await depositSandbox(platform.as("buyer"), { sandboxEnabled: true }, funds);
    await platform.#listen();
    if (tasks) await platform.#runTasks();
    return platform;
  }

  /** A context that acts as an organisation's owner. */
  as(key: DemoOrganisationKey, role: MemberActor["role"] = "owner"): Context {
    const owner = this.#owners[key];
    if (owner === undefined) throw new Error(`There is no demo organisation ${key}.`);
    return this.services.contextFor({ ...owner, role });
  }

  /** A context that acts as the platform's own task. */
  asTask(): Context {
    return this.services.contextFor({ kind: "system", task: "test" });
  }

  /** Starts a real worker process of an organisation and offers its machine, unless it only audits. Returns its machine id. */
  async startWorker(
    key: DemoOrganisationKey,
    floorMicrosPerHour: bigint | null,
    runtime: WorkerRuntime = "native",
  ): Promise<string> {
    const { joinToken } = await createJoinToken(this.as(key));
    this.spawnWorker(key, ["join", "--url", this.gatewayUrl, "--token", joinToken, "--name", `${key}-1`], runtime);
    const machine = await until(`machine of ${key} to join`, async () => (await listMachines(this.as(key)))[0] ?? null);
    if (floorMicrosPerHour !== null)
      await setOffer(this.as(key), { machineId: machine.id, floorMicrosPerHour, state: "active" });
    return machine.id;
  }

  /** Starts a worker process on the organisation's worker directory. */
  spawnWorker(key: string, args: readonly string[], runtime: WorkerRuntime = "native"): ChildProcess {
    const child = spawn(
      process.execPath,
      [WORKER, ...args, "--data-dir", join(this.folder, key), ...RUNTIME_FLAGS[runtime]],
      {
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    const lines: string[] = [];
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => lines.push(chunk.toString()));
    child.on("exit", (code) => {
      if (code !== 0 && code !== null)
        process.stderr.write(`worker ${key} ended with ${code}:\n${lines.slice(-10).join("")}`);
    });
    this.workers.set(key, child);
    return child;
  }

  /** Waits until a job has ended and returns its page. */
  async ended(jobId: string, timeoutMs = 120_000): Promise<JobView> {
    return until(
      `job ${jobId} to end`,
      async () => {
        const job = await readJob(this.as("buyer"), { jobId });
        return job.endedAt === null ? null : job;
      },
      timeoutMs,
    );
  }

  async close(): Promise<void> {
    for (const child of this.workers.values()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill("SIGKILL");
      await once(child, "exit");
    }
    for (const stop of this.#stops.reverse()) await stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #listen(): Promise<void> {
    const server = createServer(gatewayHandler(this.services, { leaseMs: LEASE_MS }));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    this.gatewayUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    this.#stops.push(async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });
  }

  async #runTasks(): Promise<void> {
    const runner: Runner = await run({
      connectionString: this.databaseUrl,
      concurrency: 2,
      noHandleSignals: true,
      taskList: taskListOf(this.services),
    });
    const periodic = startPeriodic(this.services, this.databaseUrl);
    this.#stops.push(
      () => runner.stop(),
      () => periodic.stop(),
    );
  }
}

/** Asks again until there is an answer; throws with `what` when there is none in time. */
export async function until<T>(what: string, ask: () => Promise<T | null>, timeoutMs = 60_000): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== null) return answer;
    if (performance.now() > deadline) throw new Error(`Waited ${timeoutMs / 1000} s for ${what}.`);
    await sleep(100);
  }
}
