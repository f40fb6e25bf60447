import { hostname } from "node:os";
import { fileURLToPath } from "node:url";
import type { MachineReport } from "@trainyard/protocol";
import { readArguments, USAGE, type Arguments } from "./arguments";
import { BlobCache } from "./blob-cache";
import { GatewayClient } from "./client";
import { lockDataDirectory, openDataDirectory, type DataDirectory } from "./data-directory";
import { diagnosisJson, formatDiagnosis } from "./doctor";
import { readEnvironment, type WorkerEnvironment } from "./env";
import { GatewayError, UnreachableError } from "./gateway-error";
import { loadOrCreateKey, readMembership, writeMembership, type MachineKey, type Membership } from "./identity";
import { runLeaseLoop } from "./lease-loop";
import { createLog, type Log } from "./log";
import { measureMachine } from "./measure-machine";
import { OperatorError } from "./operator-error";
import { createRetry } from "./retry";
import { detectConfinement } from "./sandbox-launch";
import type { SandboxSettings } from "./sandbox";

/** About two minutes of patience in all: longer than a gateway takes to restart. */
const BACKOFF = { firstDelayMs: 250, longestDelayMs: 15_000, random: Math.random };
const ATTEMPTS = 12;

interface Worker {
  readonly args: Arguments;
  readonly directory: DataDirectory;
  readonly cache: BlobCache;
  readonly sandbox: SandboxSettings;
  readonly log: Log;
}

async function main(): Promise<void> {
  const environment = readEnvironment();
  const args = readArguments(process.argv.slice(2), environment);
  if (args.command === "help") {
    process.stdout.write(USAGE);
    return;
  }
  const worker = openWorker(args, environment);
  if (args.command === "doctor") return doctor(worker);
  const entry = entryOf(args, worker.directory);
  const unlock = lockDataDirectory(worker.directory);
  process.on("exit", unlock);
  await work(worker, entry);
}

function openWorker(args: Arguments, environment: WorkerEnvironment): Worker {
  const directory = openDataDirectory(args.dataDirectory);
  return {
    args,
    directory,
    cache: new BlobCache({ directory: directory.blobs, scratch: directory.scratch, limitBytes: args.cacheBytes }),
    sandbox: {
      confinement: detectConfinement(environment.searchPath),
      childPath: fileURLToPath(new URL("./sandbox-child.js", import.meta.url)),
      vulkan: environment.vulkan,
      scratch: directory.scratch,
    },
    log: createLog({ json: args.json, write: (line) => process.stdout.write(line), now: () => new Date() }),
  };
}

async function doctor(worker: Worker): Promise<void> {
  const { directory, cache, sandbox, args } = worker;
  const diagnosis = {
    ...(await measureMachine(args, sandbox)),
    confinement: sandbox.confinement,
    dataDirectory: directory.root,
    cache: await cache.size(),
    membership: readMembership(directory.root),
  };
  process.stdout.write(args.json ? diagnosisJson(diagnosis) : formatDiagnosis(diagnosis));
}

async function work(worker: Worker, entry: Entry): Promise<void> {
  const { directory, log, args, sandbox } = worker;
  const key = loadOrCreateKey(directory.root);
  const { url } = entry;
  const client = new GatewayClient({ url, key, now: Date.now, retry: createRetry({ ...BACKOFF, attempts: ATTEMPTS }) });
  log.info("measuring this machine", { event: "measuring" });
  const { report } = await measureMachine(args, sandbox);
  log.info(describeReport(report), { event: "measured", provider: report.provider, numericClass: report.numericClass });
  const membership = await enter(worker, { client, key, report }, entry);
  client.identifyAs(membership.machineId);
  log.info(`${membership.name} works for ${membership.organisationName} at ${url}`, {
    event: "ready",
    machine: membership.machineId,
  });
  await runLeaseLoop({
    ...worker,
    client,
    key,
    provider: report.provider,
    numericClass: report.numericClass,
    retry: createRetry({ ...BACKOFF, attempts: ATTEMPTS }),
    backoff: BACKOFF,
    shutdown: stopSignal(log),
    now: () => performance.now(),
  });
  log.info("stopped", { event: "stopped" });
}

/** How this machine comes to its gateway: new with a token, or known from before. */
type Entry = { url: string; joinToken: string; name: string } | { url: string; joined: Membership };

function entryOf(args: Arguments, directory: DataDirectory): Entry {
  if (args.command === "join") {
    const { url, joinToken, name = hostname().slice(0, 80) } = args;
    if (url === undefined) throw new OperatorError("join needs --url <address of the gateway> (or TRAINYARD_URL).");
    if (joinToken === undefined)
      throw new OperatorError(
        "join needs --token <join token> (or TRAINYARD_JOIN_TOKEN). An admin of the organisation makes one.",
      );
    return { url, joinToken, name };
  }
  const joined = readMembership(directory.root);
  if (joined === null)
    throw new OperatorError(
      `This machine has not joined yet (nothing in ${directory.root}). Run \`trainyard-worker join --url <gateway> --token <join token>\`.`,
    );
  return { url: args.url ?? joined.url, joined };
}

/** Joins with the token, or reports a joined machine anew. */
async function enter(
  { directory }: Worker,
  { client, key, report }: { client: GatewayClient; key: MachineKey; report: MachineReport },
  entry: Entry,
): Promise<Membership> {
  if ("joined" in entry) {
    client.identifyAs(entry.joined.machineId);
    return { ...entry.joined, url: entry.url, ...(await client.report({ report })) };
  }
  const { url, joinToken, name } = entry;
  const answer = await client.join({ joinToken, publicKey: key.publicKey, name, report });
  const membership = { url, name, ...answer };
  writeMembership(directory.root, membership);
  return membership;
}

function describeReport(report: MachineReport): string {
  const speeds = (["native", "exact"] as const).flatMap((engine) => {
    const flops = report.flopsPerSecond[engine];
    return flops === null ? [] : [`${(flops / 1e9).toFixed(1)} GFLOP/s in ${engine} training`];
  });
  return `${report.provider}, ${speeds.join(", ")}, sandbox ${report.sandbox}, class ${report.numericClass.slice(0, 12)}`;
}

/** The first signal stops the worker in good order, a second one at once. */
function stopSignal(log: Log): AbortSignal {
  const stop = new AbortController();
  const onSignal = (): void => {
    if (stop.signal.aborted) process.exit(130);
    log.info("stopping: giving work back; press again to stop at once", { event: "stopping" });
    stop.abort();
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  return stop.signal;
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    const plain = error instanceof OperatorError || error instanceof GatewayError || error instanceof UnreachableError;
    const text = error instanceof Error ? (plain ? error.message : (error.stack ?? error.message)) : String(error);
    process.stderr.write(`${text}\n`);
    process.exit(1);
  },
);
