import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { BenchFailure } from "../support/report";

const DEBIAN_VERSIONS = "/usr/lib/postgresql";

/** What one run of pgbench measured. */
export interface Throughput {
  readonly transactionsPerSecond: number;
  readonly latencyMs: number;
  readonly failed: number;
}

/** Debian keeps pgbench beside its server, by version; elsewhere it is on PATH. */
function findPgbench(): string {
  if (!existsSync(DEBIAN_VERSIONS)) return "pgbench";
  const places = readdirSync(DEBIAN_VERSIONS)
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => join(DEBIAN_VERSIONS, version, "bin", "pgbench"));
  return places.find((path) => existsSync(path)) ?? "pgbench";
}

/** Runs pgbench against a database to its end; returns what it printed. Throws a BenchFailure when it cannot. */
export function pgbench(databaseUrl: string, args: readonly string[]): Promise<string> {
  const { hostname, port, username, password, pathname } = new URL(databaseUrl);
  const env = {
    ...process.env,
    LC_ALL: "C",
    PGHOST: hostname,
    PGPORT: port,
    PGUSER: username,
    PGPASSWORD: password,
    PGDATABASE: pathname.slice(1),
  };
  return new Promise((resolve, reject) => {
    let output = "";
    const child = spawn(findPgbench(), args, { env, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => void (output += chunk.toString("utf8")));
    child.on("error", () =>
      reject(
        new BenchFailure(
          "The peer pgbench is not on this machine.",
          "Install it: apt-get install -y postgresql-15 (any version from 15 will do), or put pgbench on PATH.",
        ),
      ),
    );
    child.on("close", (code) => {
      if (code === 0) resolve(output);
      else
        reject(
          new BenchFailure(`pgbench ended with code ${code}:\n${firstLines(output)}\n`, "Correct that, run again."),
        );
    });
  });
}

/** Every client repeats the same error; the first lines say it. */
const firstLines = (output: string): string => output.trim().split("\n").slice(0, 6).join("\n");

/** Reads the figures out of pgbench's report. */
export function readThroughput(output: string): Throughput {
  const figure = (pattern: RegExp): number => Number(pattern.exec(output)?.[1] ?? NaN);
  const result = {
    transactionsPerSecond: figure(/^tps = ([\d.]+)/m),
    latencyMs: figure(/^latency average = ([\d.]+) ms/m),
    failed: figure(/^number of failed transactions: (\d+)/m),
  };
  if (Object.values(result).every(Number.isFinite)) return result;
  throw new BenchFailure(`The report of pgbench lacks a figure:\n${output.trim()}\n`, "Use pgbench 15 or later.");
}
