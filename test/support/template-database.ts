import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { runMigrations } from "graphile-worker";
import pg from "pg";

const MIGRATIONS = new URL("../../prisma/migrations/", import.meta.url);

/** The same server, another database. */
export function databaseUrl(url: string, database: string): string {
  const other = new URL(url);
  other.pathname = `/${database}`;
  return other.href;
}

/** A database name no other run uses. */
export function freshName(kind: string): string {
  return `trainyard_${kind}_${randomBytes(6).toString("hex")}`;
}

/** Makes a database with the product's schema and the task queue's; returns its name. */
export async function makeTemplate(adminUrl: string): Promise<string> {
  const name = freshName("template");
  await execute(adminUrl, `CREATE DATABASE ${name}`);
  const url = databaseUrl(adminUrl, name);
  for (const sql of migrations()) await execute(url, sql);
  await runMigrations({ connectionString: url });
  return name;
}

/** Every migration in order; the same files that `prisma migrate deploy` applies. */
function migrations(): string[] {
  const folders = readdirSync(MIGRATIONS, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const names = folders.map((entry) => entry.name).sort();
  return names.map((name) => readFileSync(fileURLToPath(new URL(`${name}/migration.sql`, MIGRATIONS)), "utf8"));
}

/** Copies a database on the same server; the template must have no connections. */
export async function cloneDatabase(templateUrl: string, name: string): Promise<string> {
  const template = new URL(templateUrl).pathname.slice(1);
  await execute(databaseUrl(templateUrl, "postgres"), `CREATE DATABASE ${name} TEMPLATE ${template}`);
  return databaseUrl(templateUrl, name);
}

export async function dropDatabase(url: string, name: string): Promise<void> {
  await execute(databaseUrl(url, "postgres"), `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
}

async function execute(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
