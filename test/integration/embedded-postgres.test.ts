import { chmodSync, existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { expect, onTestFinished, test } from "vitest";
import { startEmbeddedPostgres, type EmbeddedServer } from "@/server/postgres/embedded";
import { explainStartFailure } from "@/server/postgres/start-failure";

test("what was written is there after a stop and a start, on the same port", async () => {
  const folder = clusterFolder();
  const first = await start(folder);
  await query(first, "CREATE TABLE kept (value int)");
  await query(first, "INSERT INTO kept VALUES (7)");
  await first.stop();
  expect(first.isRunning()).toBe(false);
  const second = await start(folder);
  expect(second.port).toBe(first.port);
  expect(await query(second, "SELECT value FROM kept")).toEqual([{ value: 7 }]);
});

test("a server that a killed process left behind is taken over", async () => {
  const folder = clusterFolder();
  const left = await start(folder);
  await query(left, "CREATE TABLE kept (value int)");
  const taken = await start(folder);
  expect(taken.port).toBe(left.port);
  expect(await query(taken, "SELECT count(*)::int AS count FROM kept")).toEqual([{ count: 0 }]);
});

test("a committed row survives kill -9 of the server, which starts again over its stale lock file", async () => {
  const folder = clusterFolder();
  const server = await start(folder, true);
  await query(server, "CREATE TABLE kept (value int)");
  await query(server, "INSERT INTO kept VALUES (7)");
  const pid = Number(readFileSync(join(realpathSync(folder), "cluster", "postmaster.pid"), "utf8").split("\n")[0]);
  process.kill(pid, "SIGKILL");
  await expect.poll(() => server.isRunning()).toBe(false);
  const again = await start(folder, true);
  expect(await query(again, "SELECT value FROM kept")).toEqual([{ value: 7 }]);
});

test("another program on the remembered port costs the port, not the start", async () => {
  const folder = clusterFolder();
  const first = await start(folder);
  await first.stop();
  const intruder = await listen(first.port);
  onTestFinished(() => void intruder.close());
  const second = await start(folder);
  expect(second.port).not.toBe(first.port);
});

test("what an interrupted first start left behind is made anew", async () => {
  const folder = clusterFolder();
  const first = await start(folder);
  await first.stop();
  rmSync(join(realpathSync(folder), "cluster-made"));
  rmSync(join(realpathSync(folder), "cluster", "global"), { recursive: true });
  const second = await start(folder);
  expect(await query(second, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
});

test(
  "a folder the server's user may not enter is no obstacle to root",
  { skip: process.getuid?.() !== 0 },
  async () => {
    const parent = mkdtempSync(join(tmpdir(), "trainyard-closed-"));
    const folder = join(parent, "postgres");
    onTestFinished(() => {
      rmSync(realpathSync(folder), { recursive: true, force: true });
      rmSync(parent, { recursive: true, force: true });
    });
    const server = await start(folder);
    const place = realpathSync(folder);
    expect(place).not.toBe(folder);
    expect(await query(server, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
    await server.stop();
    expect(existsSync(join(place, "cluster", "PG_VERSION"))).toBe(true);
  },
);

test.each([
  ["initdb: could not write: No space left on device", /disk .* is full/],
  ["could not bind IPv4 address: Address already in use", /taken by another program/],
  ["data directory has wrong ownership", /belongs to another user/],
  ["data directory has invalid permissions", /chmod 700/],
  ["database files are incompatible with server", /another version/],
  ['lock file "postmaster.pid" already exists', /does not answer/],
  ["error while loading shared libraries: libz.so.1", /DATABASE_URL/],
  ["something nobody foresaw", /something nobody foresaw.*server\.log/],
])("the failure %j is one sentence and its fix", (output, sentence) => {
  expect(explainStartFailure(output, "/data/postgres").message).toMatch(sentence);
});

test("a cluster whose files belong to another version is refused with that sentence", async () => {
  const folder = clusterFolder();
  await (await start(folder)).stop();
  writeFileSync(join(realpathSync(folder), "cluster", "PG_VERSION"), "12\n");
  await expect(start(folder)).rejects.toThrow(/another version of PostgreSQL/);
});

function clusterFolder(): string {
  const parent = mkdtempSync(join(tmpdir(), "trainyard-cluster-"));
  chmodSync(parent, 0o711);
  onTestFinished(() => rmSync(parent, { recursive: true, force: true }));
  return join(parent, "postgres");
}

async function start(folder: string, durable = false): Promise<EmbeddedServer> {
  const server = await startEmbeddedPostgres({ folder, durable });
  onTestFinished(() => server.stop());
  return server;
}

async function query(server: EmbeddedServer, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: server.databaseUrl("postgres") });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

function listen(port: number): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}
