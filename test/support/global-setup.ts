import { chmodSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { startEmbeddedPostgres } from "../../src/server/postgres/embedded";
import { databaseUrl, dropDatabase, makeTemplate } from "./template-database";

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
  const parent = mkdtempSync(join(tmpdir(), "trainyard-test-"));
  chmodSync(parent, 0o711); // root's server runs as another user, who must be able to pass
  const folder = join(parent, "postgres");
  const server = await startEmbeddedPostgres({ folder, durable: false });
  const admin = server.databaseUrl("postgres");
  project.provide("templateUrl", databaseUrl(admin, await makeTemplate(admin)));
  return async () => {
    await server.stop();
    rmSync(realpathSync(folder), { recursive: true, force: true });
    rmSync(parent, { recursive: true, force: true });
  };
}
