import pg from "pg";
import { log } from "../log";
import type { Services } from "../services";
import { PERIODIC_TASKS, type PeriodicTask } from "./catalogue";

/**
 * Runs the periodic tasks until stopped. Of several task processes the one that holds a task's advisory lock runs it;
 * the lock lives on one connection, so it is free the moment its holder dies.
 */
export function startPeriodic(services: Services, databaseUrl: string): { stop(): Promise<void> } {
  const stops = Object.entries(PERIODIC_TASKS).map(([name, task]) => loop(services, databaseUrl, name, task));
  return { stop: async () => void (await Promise.all(stops.map((stop) => stop()))) };
}

function loop(services: Services, databaseUrl: string, name: string, task: PeriodicTask): () => Promise<void> {
  const stopping = new AbortController();
  const running = (async () => {
    while (!stopping.signal.aborted) {
      try {
        await whileHolding(databaseUrl, task.lockKey, stopping.signal, async () => {
          await task.run(services.contextFor({ kind: "system", task: name }), {}, services);
          await pause(task.everyMs, stopping.signal);
        });
      } catch (error) {
        log("error", `${name}: ${error instanceof Error ? error.message : String(error)}`);
      }
      await pause(task.everyMs, stopping.signal);
    }
  })();
  return async () => {
    stopping.abort();
    await running;
  };
}

/** Repeats `work` while this process holds the lock; returns at once when another holds it. */
async function whileHolding(
  databaseUrl: string,
  lockKey: number,
  signal: AbortSignal,
  work: () => Promise<void>,
): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  let lost = false;
  client.on("error", () => (lost = true));
  await client.connect();
  try {
    const { rows } = await client.query<{ held: boolean }>("SELECT pg_try_advisory_lock($1) AS held", [lockKey]);
    while (rows[0]?.held === true && !lost && !signal.aborted) await work();
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(done, ms);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
    signal.addEventListener("abort", done, { once: true });
  });
}
