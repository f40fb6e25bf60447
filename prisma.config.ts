import { fileURLToPath } from "node:url";
import { defineConfig } from "prisma/config";

// Prisma's native schema engine is a download; its WebAssembly build comes from npm. Windows keeps the native one.
if (process.platform !== "win32")
  process.env["PRISMA_SCHEMA_ENGINE_BINARY"] ??= fileURLToPath(
    new URL("./scripts/prisma/schema-engine.mjs", import.meta.url),
  );

export default defineConfig({
  schema: "prisma/schema",
  migrations: { path: "prisma/migrations" },
  datasource: { url: process.env["DATABASE_URL"] ?? "postgresql://postgres:postgres@127.0.0.1:5499/trainyard" },
});
