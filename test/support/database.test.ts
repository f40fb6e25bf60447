import pg from "pg";
import { expect, onTestFinished, test } from "vitest";
import { createTestDatabase } from "./database";

test("a test database has every table and the task queue, and holds nothing", async () => {
  const { url } = await setup();
  const rows = await query(url, 'SELECT count(*)::int AS count FROM "job"');
  expect(rows).toEqual([{ count: 0 }]);
  await query(url, "SELECT graphile_worker.add_job('some-task')");
});

test("what one test writes is not seen by another", async () => {
  const [one, other] = [await setup(), await setup()];
  await query(one.url, "SELECT graphile_worker.add_job('some-task')");
  expect(await query(other.url, "SELECT * FROM graphile_worker.jobs")).toEqual([]);
});

async function setup() {
  const created = await createTestDatabase();
  onTestFinished(() => created.close());
  return created;
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}
