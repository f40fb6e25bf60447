import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { anvilBinary } from "../chain/anvil";
import { setUpLocalChain } from "../chain/set-up";
import { StartError } from "../postgres/start-error";
import { platformEnvironment } from "./env";
import type { StartSettings } from "./settings";
import { SupervisedProcess, type ProcessOptions, type Program } from "./supervised-process";

const READY_MS_MAX = 60_000;
const LOOK_EVERY_MS = 100;
const FAILURES_MAX = 4;
const WORKER_GRACE_MS = 4_000;
const SERVER_GRACE_MS = 3_000;

/** The processes of one installation: the platform's three with what stands in for the outside world, then the workers. */
export class Platform {
  readonly #servers: SupervisedProcess[] = [];
  readonly #workers: SupervisedProcess[] = [];

  constructor(
    private readonly settings: StartSettings,
    private readonly onRestart: (message: string) => void,
  ) {}

  /** Starts the chain on this machine and returns the settings that name it; none where npm has no chain for it. */
  async startChain(port: number): Promise<Readonly<Record<string, string>>> {
    const { root, dataDirectory } = this.settings;
    if (anvilBinary() === null) return {};
    const environment = {
      ...process.env,
      TRAINYARD_LOCAL_CHAIN_PORT: String(port),
      TRAINYARD_LOCAL_CHAIN_STATE: join(dataDirectory, "chain-state.json"),
    };
    const script = join(root, "dist", "server", "chain", "main.js");
    const chain = this.#add(this.#servers, {
      name: "chain",
      script,
      args: () => Promise.resolve([]),
      environment,
      cwd: root,
    });
    const rpcUrl = `http://127.0.0.1:${port}`;
    await untilAnswers(chain, rpcUrl);
    return setUpLocalChain(rpcUrl, join(dataDirectory, "chain.json"));
  }

  /** Starts web, gateway and tasks, and waits until people and workers are answered. */
  async startServers(databaseUrl: string, chain: Readonly<Record<string, string>>): Promise<void> {
    const { root, port, gatewayPort } = this.settings;
    const environment = { ...platformEnvironment(this.settings, databaseUrl), ...chain };
    const program = (name: string, script: string[], args: string[] = []): Program => ({
      name,
      script: join(root, ...script),
      args: () => Promise.resolve(args),
      environment,
      cwd: root,
    });
    const { stripeSandbox } = this.settings;
    if (stripeSandbox !== null) {
      const stripe = this.#add(this.#servers, program("stripe", ["dist", "server", "stripe-sandbox", "main.js"]));
      await untilAnswers(stripe, `http://127.0.0.1:${stripeSandbox.port}/_health`);
    }
    const next = ["node_modules", "next", "dist", "bin", "next"];
    const web = this.#add(
      this.#servers,
      program("web", next, ["start", "--hostname", "127.0.0.1", "--port", String(port)]),
    );
    const gateway = this.#add(this.#servers, program("gateway", ["dist", "server", "gateway", "main.js"]));
    this.#add(this.#servers, program("tasks", ["dist", "server", "tasks", "main.js"]));
    await untilAnswers(gateway, `http://127.0.0.1:${gatewayPort}/v1/health`);
    await untilAnswers(web, `http://127.0.0.1:${port}/sign-in`);
  }

  startWorker(program: Program): SupervisedProcess {
    return this.#add(this.#workers, program);
  }

  /** Workers first, since they give their leases back through the gateway; then the servers, together. */
  async stop(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.stop(WORKER_GRACE_MS)));
    await Promise.all(this.#servers.map((server) => server.stop(SERVER_GRACE_MS)));
  }

  /** Ends everything at once. */
  kill(): void {
    for (const child of [...this.#workers, ...this.#servers]) child.kill();
  }

  #add(group: SupervisedProcess[], program: Program): SupervisedProcess {
    const options: ProcessOptions = {
      logDirectory: this.settings.logDirectory,
      leash: join(this.settings.root, "dist", "server", "start", "leash.js"),
      onRestart: this.onRestart,
    };
    const child = new SupervisedProcess(program, options);
    group.push(child);
    child.start();
    return child;
  }
}

async function untilAnswers(server: SupervisedProcess, url: string): Promise<void> {
  const deadline = performance.now() + READY_MS_MAX;
  while (performance.now() < deadline && server.failures < FAILURES_MAX) {
    const answer = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(10_000) }).catch(() => undefined);
    await answer?.arrayBuffer();
    if (answer !== undefined && answer.status < 500) return;
    await sleep(LOOK_EVERY_MS);
  }
  throw new StartError(
    `The process ${server.name} did not come up:\n${server.lastWords}\n`,
    `Its log is ${server.logFile}.`,
  );
}
