import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { runMigrations } from "graphile-worker";
import { setTimeout as sleep } from "node:timers/promises";
import { startEmbeddedPostgres, type EmbeddedOptions, type EmbeddedServer } from "../postgres/embedded";
import { StartError } from "../postgres/start-error";
import type { StartSettings } from "./settings";

const LOOK_EVERY_MS = 1_000;

/** A migrated database and the way to let go of it. */
export interface StartedDatabase {
  readonly url: string;
  /** From now on brings the embedded server back when it has died; an operator's own server is left alone. */
  keepAlive(tell: (message: string) => void): void;
  stop(): Promise<void>;
}

/** Starts the embedded server, or takes the operator's. */
export async function openServer(settings: StartSettings): Promise<StartedDatabase> {
  if (settings.databaseUrl !== undefined)
    return { url: settings.databaseUrl, keepAlive: () => undefined, stop: () => Promise.resolve() };
  const options = { folder: join(settings.dataDirectory, "postgres"), durable: true };
  const server = await startEmbeddedPostgres(options);
  const stopping = new AbortController();
  let watch: Promise<void> = Promise.resolve();
  return {
    url: server.databaseUrl("trainyard"),
    keepAlive: (tell) => void (watch = revive(server, options, stopping.signal, tell)),
    stop: async () => {
      stopping.abort();
      await watch;
      await server.stop();
    },
  };
}

/** Starts the server again, on the port its clients know, whenever it is gone. What was committed is in its log. */
async function revive(
  server: EmbeddedServer,
  options: EmbeddedOptions,
  signal: AbortSignal,
  tell: (message: string) => void,
): Promise<void> {
  while (!signal.aborted) {
    await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
    if (signal.aborted || server.isRunning()) continue;
    tell("PostgreSQL is gone; starting it again.");
    await startEmbeddedPostgres(options).catch((error: unknown) =>
      tell(error instanceof Error ? error.message : String(error)),
    );
  }
}

/** Brings the database to this version's schema; makes the database where it is missing. */
export async function migrate(root: string, databaseUrl: string, environment: NodeJS.ProcessEnv): Promise<void> {
  const cli = join(root, "node_modules", "prisma", "build", "index.js");
  if (!existsSync(cli)) throw new StartError("The package prisma is missing.", "Run `npm ci`.");
  const { code, output } = await runNode([cli, "migrate", "deploy"], root, environment);
  if (code !== 0) throw explain(output, databaseUrl);
  await runMigrations({ connectionString: databaseUrl });
}

function runNode(
  args: string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    let output = "";
    const child = spawn(process.execPath, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => void (output += chunk.toString("utf8")));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, output }));
  });
}

function explain(output: string, databaseUrl: string): StartError {
  const { host, pathname, username } = new URL(databaseUrl);
  const place = `${host}${pathname}`;
  if (/P1001|ECONNREFUSED|ENOTFOUND/.test(output))
    return new StartError(
      `No PostgreSQL answers at ${place}.`,
      "Start it, correct DATABASE_URL, or unset it to use the embedded server.",
    );
  if (/P1000|password authentication/.test(output))
    return new StartError(
      `PostgreSQL at ${host} refuses the user "${username}" or the password.`,
      "Correct DATABASE_URL.",
    );
  if (/permission denied/.test(output))
    return new StartError(
      `The user "${username}" may not make tables in ${place}.`,
      "Grant it CREATE on the database, or give another user.",
    );
  const last = output.trim().split("\n").slice(-12).join("\n");
  return new StartError(`The database ${place} could not be migrated:\n${last}\n`, "The data is as it was before.");
}
