import { chmodSync, existsSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startEmbeddedPostgres, type EmbeddedServer } from "@/server/postgres/embedded";
import { migrate } from "@/server/start/database";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/**
 * Runs `work` on a durable PostgreSQL server of its own with a migrated database "trainyard", and removes the server
 * afterwards, also when the run is interrupted.
 */
export async function withServer<T>(work: (server: EmbeddedServer) => Promise<T>): Promise<T> {
  const parent = mkdtempSync(join(tmpdir(), "trainyard-bench-"));
  chmodSync(parent, 0o711); // root's server runs as another user, who must be able to pass
  const folder = join(parent, "postgres");
  const server = await startEmbeddedPostgres({ folder, durable: true });
  const end = async (): Promise<void> => {
    await server.stop();
    if (existsSync(folder)) rmSync(realpathSync(folder), { recursive: true, force: true });
    rmSync(parent, { recursive: true, force: true });
  };
  const interrupted = (): void => void end().finally(() => process.exit(130));
  process.once("SIGINT", interrupted).once("SIGTERM", interrupted);
  try {
    const url = server.databaseUrl("trainyard");
    await migrate(ROOT, url, { ...process.env, DATABASE_URL: url });
    return await work(server);
  } finally {
    process.off("SIGINT", interrupted).off("SIGTERM", interrupted);
    await end();
  }
}
