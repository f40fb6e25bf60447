import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { startEmbeddedPostgres } from "../../src/server/postgres/embedded";
import { isProcessAlive } from "../../src/server/postgres/postmaster";
import { databaseUrl, dropDatabase, makeTemplate } from "./template-database";

const FOLDER_PREFIX = "trainyard-test-";

declare module "vitest" {
  export interface ProvidedContext {
    /** URL of the migrated template database of this test run. */
    templateUrl: string;
  }
}

/** One server and one migrated template for the whole run; each test clones the template. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env["DATABASE_URL"];
  if (given !== undefined && given !== "") {
    const template = await makeTemplate(given);
    project.provide("templateUrl", databaseUrl(given, template));
    return () => dropDatabase(given, template);
  }
  await removeAbandoned();
  const parent = mkdtempSync(join(tmpdir(), FOLDER_PREFIX));
  chmodSync(parent, 0o711); // root's server runs as another user, who must be able to pass
  writeFileSync(join(parent, "owner"), String(process.pid));
  const folder = join(parent, "postgres");
  const server = await startEmbeddedPostgres({ folder, durable: false });
  const admin = server.databaseUrl("postgres");
  project.provide("templateUrl", databaseUrl(admin, await makeTemplate(admin)));
  return async () => {
    await server.stop();
    remove(parent);
  };
}

/** A test run that was killed leaves its server running; the next one ends it. */
async function removeAbandoned(): Promise<void> {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(FOLDER_PREFIX))) {
    const parent = join(tmpdir(), name);
    const owner = join(parent, "owner");
    if (!existsSync(owner) || isProcessAlive(Number(readFileSync(owner, "utf8")))) continue;
    const server = await startEmbeddedPostgres({ folder: join(parent, "postgres"), durable: false });
    await server.stop();
    remove(parent);
  }
}

function remove(parent: string): void {
  const folder = join(parent, "postgres");
  if (existsSync(folder)) rmSync(realpathSync(folder), { recursive: true, force: true });
  rmSync(parent, { recursive: true, force: true });
}
