/**
 * `npm run bench -- ledger`: how many transfers a second post_transfer makes, next to pgbench's simple-update.
 *
 * Both are driven by pgbench with 16 clients on 2 threads, prepared statements, on one durable server (fsync on), in
 * interleaved rounds. A simple-update is one update of a million rows, one read and one insert in a transaction; a transfer
 * is an idempotency key, two or three locked balances, three entries and the check that they sum to zero. Two shapes:
 * "spread" has every leg on one of 10,000 ordinary accounts, "hot" pays every fee into the one entry-only account, as the
 * product does. The figure is the smaller ratio of the medians. Every transfer must succeed, without a deadlock, and the
 * trial balance must be zero at the end.
 */
import { fileURLToPath } from "node:url";
import { checkBooks, openBooks } from "./ledger/books";
import { pgbench, readThroughput, type Throughput } from "./ledger/pgbench";
import { withServer } from "./ledger/server";
import { BenchFailure, median, printTable, runBench, say } from "./support/report";

const ROUNDS = 5;
const ROUND_SECONDS = 5;
const WARM_UP_SECONDS = 3;
/** A million rows: more than the server's buffers, as pgbench's own manual advises against a smaller table. */
const PEER_SCALE = 10;
const LOAD = ["--no-vacuum", "--protocol=prepared", "--client=16", "--jobs=2"];

interface Side {
  readonly name: string;
  readonly databaseUrl: string;
  readonly args: readonly string[];
}

async function runRound(side: Side, seconds: number): Promise<Throughput> {
  const result = readThroughput(await pgbench(side.databaseUrl, [...LOAD, ...side.args, `--time=${seconds}`]));
  if (result.failed > 0)
    throw new BenchFailure(`${result.failed} transactions of ${side.name} failed.`, "No figure can be given.");
  return result;
}

const script = (file: string): string => `--file=${fileURLToPath(new URL(`ledger/${file}`, import.meta.url))}`;

async function measure(): Promise<number> {
  await pgbench("postgresql://127.0.0.1/none", ["--version"]);
  return withServer(async (server) => {
    const ours = server.databaseUrl("trainyard");
    const peer = server.databaseUrl("postgres");
    await openBooks(ours);
    await pgbench(peer, ["--initialize", "--quiet", `--scale=${PEER_SCALE}`]);
    const sides: readonly Side[] = [
      { name: "pgbench simple-update", databaseUrl: peer, args: ["--skip-some-updates"] },
      { name: "post_transfer, spread", databaseUrl: ours, args: [script("spread.sql")] },
      { name: "post_transfer, hot fees", databaseUrl: ours, args: [script("hot.sql")] },
    ];
    for (const side of sides) await runRound(side, WARM_UP_SECONDS);
    const results = sides.map((): Throughput[] => []);
    for (let round = 0; round < ROUNDS; round++)
      for (const [i, side] of sides.entries()) results[i]?.push(await runRound(side, ROUND_SECONDS));
    const { transfers, deadlocks } = await checkBooks(ours);
    const ratio = report(sides, results);
    say(`${transfers} transfers, ${deadlocks} deadlocks, trial balance 0, every balance equals its entries.`);
    return ratio;
  });
}

/** Prints the table; returns the smaller ratio of ours to the first side, the peer. */
function report(sides: readonly Side[], results: readonly (readonly Throughput[])[]): number {
  const speeds = results.map((rounds) => rounds.map((round) => round.transactionsPerSecond));
  const medians = speeds.map(median);
  const ratios = medians.map((speed) => speed / (medians[0] ?? NaN));
  const rows = sides.map(({ name }, i) => [
    name,
    (medians[i] ?? NaN).toFixed(0),
    `${Math.min(...(speeds[i] ?? [])).toFixed(0)}-${Math.max(...(speeds[i] ?? [])).toFixed(0)}`,
    median((results[i] ?? []).map((round) => round.latencyMs)).toFixed(2),
    (ratios[i] ?? NaN).toFixed(2),
  ]);
  say(`16 clients, ${ROUNDS} interleaved rounds of ${ROUND_SECONDS} s, medians:`);
  printTable(["workload", "per second", "range", "latency ms", "x"], rows);
  return Math.min(...ratios.slice(1));
}

await runBench("ledger", measure);
