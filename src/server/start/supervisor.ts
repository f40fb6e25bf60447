import { platformEnvironment, startEnvironment } from "./env";
import { migrate, openServer, type StartedDatabase } from "./database";
import { demoPeople, ensureDemo, type Demo } from "./demo";
import { DEMO_MACHINES, offerMachine, workerProgram } from "./machines";
import { Platform } from "./platform";
import type { StartSettings } from "./settings";
import type { Terminal } from "./terminal";
import { balanceOfAccount, SANDBOX_CLEARING } from "@/modules/ledger";
import { StartError } from "../postgres/start-error";
import { createServices, type Services } from "../services";

/** Everything that runs, and how to stop it. */
export class Supervisor {
  readonly #platform: Platform;
  #database: StartedDatabase | undefined;
  #services: Services | undefined;

  constructor(
    private readonly settings: StartSettings,
    private readonly terminal: Terminal,
  ) {
    this.#platform = new Platform(settings, (message) => terminal.line(message));
  }

  /** Brings everything up, in order; each step is one line. Returns the seeded demo; null where money is real. */
  async start(): Promise<Demo | null> {
    const database = await this.#step("PostgreSQL", async () => (this.#database = await openServer(this.settings)));
    const environment = platformEnvironment(this.settings, database.url);
    await this.#step("Migrations", () => migrate(this.settings.root, database.url, environment));
    database.keepAlive((message) => this.terminal.line(message));
    const services = createServices({
      databaseUrl: database.url,
      dataDirectory: this.settings.dataDirectory,
      sandbox: this.settings.sandbox,
    });
    this.#services = services;
    const { sandbox, localChainPort } = this.settings;
    if (!sandbox && (await balanceOfAccount(services.database.reader, SANDBOX_CLEARING)) !== 0n)
      throw new StartError(
        "This database holds demo money, which a live Stripe key would make payable.",
        "Use a database and a data directory of their own beside a live key: DATABASE_URL and --data DIR.",
      );
    const demo = sandbox
      ? await this.#step("Demo organisations, datasets and money", () => ensureDemo(services))
      : null;
    const chain =
      localChainPort === null
        ? {}
        : await this.#step("Local chain, contracts and test USDC", () => this.#platform.startChain(localChainPort));
    await this.#step(this.#serverNames(), () => this.#platform.startServers(database.url, chain));
    if (demo !== null)
      await this.#step(`Workers of ${DEMO_MACHINES.length} organisations`, () => this.#startWorkers(demo, services));
    return demo;
  }

  /** Ends everything in order: workers, servers, our own connections, PostgreSQL. */
  async stop(): Promise<void> {
    await this.#platform.stop();
    await this.#services?.database.close();
    await this.#database?.stop();
  }

  kill(): void {
    this.#platform.kill();
  }

  #serverNames(): string {
    return `${this.settings.stripeSandbox === null ? "Web" : "Stripe sandbox, web"}, gateway and tasks`;
  }

  async #startWorkers(demo: Demo, services: Services): Promise<void> {
    await Promise.all(
      DEMO_MACHINES.map(async (machine) => {
        const owner = demo.as(machine.organisation);
        const since = services.clock.now();
        const worker = this.#platform.startWorker(workerProgram(this.settings, machine, owner));
        await offerMachine(machine, owner, worker, since);
      }),
    );
  }

  async #step<T>(title: string, work: () => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    this.terminal.show([`… ${title}`], `… ${title}`);
    const result = await work();
    this.terminal.show([], "");
    this.terminal.line(`✓ ${title} (${((performance.now() - startedAt) / 1000).toFixed(1)} s)`);
    return result;
  }
}

/** What a person at the terminal is told once everything is up. */
export function welcomeLines(settings: StartSettings): string[] {
  const { noColor } = startEnvironment();
  const bold = (text: string): string => (noColor || !process.stdout.isTTY ? text : `\x1b[1m${text}\x1b[0m`);
  return [
    "",
    `Trainyard runs at ${bold(settings.publicUrl)}`,
    ...(settings.sandbox
      ? demoLines()
      : ["The Stripe key is live: money is real, and there are no demo organisations."]),
    `Logs are in ${settings.logDirectory}. Ctrl-C stops everything.`,
    "",
  ];
}

function demoLines(): string[] {
  return [
    "Sign in there as one of these; the link appears here a moment later:",
    ...demoPeople().map(({ organisation, email, role }) => `  ${email.padEnd(26)} ${role.padEnd(9)} ${organisation}`),
  ];
}
