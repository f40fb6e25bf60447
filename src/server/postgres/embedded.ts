import { randomBytes } from "node:crypto";
import { chownSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { prepareClusterPlace, type ClusterPlace } from "./cluster-place";
import { freePort, isPortFree } from "./free-port";
import { clearZombieLock, isProcessAlive, readPostmaster } from "./postmaster";
import { runProgram } from "./run-program";
import { StartError } from "./start-error";
import { explainStartFailure } from "./start-failure";

/** A PostgreSQL server of our own on 127.0.0.1. */
export interface EmbeddedServer {
  readonly port: number;
  /** Connection URL of one of its databases, as its superuser. */
  databaseUrl(database: string): string;
  /** Whether the server's process is there. */
  isRunning(): boolean;
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  /** The cluster's folder; made where missing, kept when the server stops. */
  readonly folder: string;
  /** false gives up safety against power loss for speed; for tests alone. */
  readonly durable: boolean;
}

const SUPERUSER = "postgres";
const CONNECTIONS_MAX = 200;
const NOT_DURABLE = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"];

/**
 * Starts the server on the folder's cluster, which is made at the first call. A server that an earlier process left
 * behind is taken over. Throws StartError with one sentence and its fix.
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedServer> {
  const place = prepareClusterPlace(options.folder);
  const password = clusterPassword(place);
  await initialise(place, options.durable);
  const running = await findRunning(place, password);
  const port = running ?? (await launch(place, options.durable));
  return {
    port,
    databaseUrl: (database) => databaseUrl(port, password, database),
    isRunning: () => isProcessAlive(readPostmaster(join(place.folder, "cluster"))?.pid ?? 0),
    stop: () => stop(place),
  };
}

function databaseUrl(port: number, password: string, database: string): string {
  return `postgresql://${SUPERUSER}:${password}@127.0.0.1:${port}/${encodeURIComponent(database)}`;
}

/** The server accepts any local user that knows the password, so each cluster has a random one, readable by its owner. */
function clusterPassword({ folder, user }: ClusterPlace): string {
  const path = join(folder, "password");
  if (!existsSync(path)) {
    writeFileSync(path, `${randomBytes(18).toString("hex")}\n`, { mode: 0o600 });
    if (user !== undefined) chownSync(path, user.uid, user.gid);
  }
  return readFileSync(path, "utf8").trim();
}

async function initialise(place: ClusterPlace, durable: boolean): Promise<void> {
  const cluster = join(place.folder, "cluster");
  const made = join(place.folder, "cluster-made");
  if (existsSync(made)) return;
  rmSync(cluster, { recursive: true, force: true }); // what an interrupted initdb left behind holds no data
  const flags = ["--encoding=UTF8", "--locale=C", "--auth=scram-sha-256", `--username=${SUPERUSER}`];
  const files = [`--pgdata=${cluster}`, `--pwfile=${join(place.folder, "password")}`];
  const { code, output } = await runProgram(
    place.binaries.initdb,
    [...files, ...flags, ...(durable ? [] : ["--no-sync"])],
    place.user,
  );
  if (code !== 0) throw explainStartFailure(output, place.folder);
  writeFileSync(made, "");
}

/** The port of a server that already runs on this cluster and knows our password. */
async function findRunning({ folder }: ClusterPlace, password: string): Promise<number | null> {
  const postmaster = readPostmaster(join(folder, "cluster"));
  if (postmaster === null || !isProcessAlive(postmaster.pid)) return null;
  const { port } = postmaster;
  const client = new pg.Client({
    connectionString: databaseUrl(port, password, "postgres"),
    connectionTimeoutMillis: 3_000,
  });
  try {
    await client.connect();
    const { rows } = await client.query<{ data_directory: string }>("SHOW data_directory");
    return rows[0]?.data_directory === join(folder, "cluster") ? port : null;
  } catch {
    return null; // a stale file: pg_ctl tells it from a live server by the process id
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function launch(place: ClusterPlace, durable: boolean): Promise<number> {
  await clearZombieLock(join(place.folder, "cluster"));
  const port = await choosePort(place.folder);
  const settings = ["listen_addresses=127.0.0.1", "unix_socket_directories=", `max_connections=${CONNECTIONS_MAX}`];
  const flags = [...settings, ...(durable ? [] : NOT_DURABLE)].map((setting) => `-c ${setting}`).join(" ");
  const log = join(place.folder, "server.log");
  rmSync(log, { force: true });
  const { code, output } = await runProgram(
    place.binaries.pgCtl,
    ["start", "-w", "-t", "60", "-D", join(place.folder, "cluster"), "-l", log, "-o", `-p ${port} ${flags}`],
    place.user,
  );
  if (code !== 0) throw explainStartFailure(output + (existsSync(log) ? readFileSync(log, "utf8") : ""), place.folder);
  return port;
}

/** The port of last time when it is free, so that a database client need not be set up anew. */
async function choosePort(folder: string): Promise<number> {
  const path = join(folder, "port");
  const known = existsSync(path) ? Number(readFileSync(path, "utf8")) : 0;
  if (known > 0 && (await isPortFree(known))) return known;
  const port = await freePort();
  writeFileSync(path, `${port}\n`);
  return port;
}

async function stop(place: ClusterPlace): Promise<void> {
  if (!isProcessAlive(readPostmaster(join(place.folder, "cluster"))?.pid ?? 0)) return;
  const end = (mode: string, seconds: string) =>
    runProgram(
      place.binaries.pgCtl,
      ["stop", "-w", "-m", mode, "-t", seconds, "-D", join(place.folder, "cluster")],
      place.user,
    );
  const { code } = await end("fast", "5");
  if (code === 0) return;
  const { code: again, output } = await end("immediate", "5");
  if (again !== 0) throw new StartError(`PostgreSQL did not stop: ${output.trim()}`, "Stop it by hand.");
}
