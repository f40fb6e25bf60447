#!/usr/bin/env node
// The Prisma CLI starts this as its schema engine: JSON-RPC 2.0, one message a line, answered by Prisma's own
// WebAssembly build from npm, so that `prisma migrate` works where the native engine cannot be downloaded.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { bindMigrationAwareSqlAdapterFactory } from "@prisma/driver-adapter-utils";
import * as engine from "@prisma/schema-engine-wasm/schema_engine_bg";
import pg from "pg";
import { parseIntoClientConfig } from "pg-connection-string";
import { MigrationAdapter } from "./migration-adapter.mjs";

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  strict: false,
  options: {
    datamodels: { type: "string", multiple: true },
    datasource: { type: "string" },
    version: { type: "boolean" },
  },
});
if (options.version) {
  process.stdout.write(`schema-engine-wasm ${engine.__version ?? ""}\n`);
  process.exit(0);
}
const url = options.datasource ? JSON.parse(options.datasource).url : undefined;
const PRISMA_ONLY = /([?&])(schema|connection_limit|pool_timeout|pgbouncer)=[^&]*&?/g;
const config = url ? parseIntoClientConfig(url.replace(PRISMA_ONLY, "$1")) : {};

if (positionals[0] === "cli") await databaseCommand(positionals[1]);
else await serve();
process.exit(0);

/** `can-connect-to-database` and `create-database`: the two commands the CLI runs outside JSON-RPC. */
async function databaseCommand(command) {
  try {
    if (command === "can-connect-to-database") await execute(config.database);
    else if (command === "create-database")
      await execute("postgres", `CREATE DATABASE ${pg.escapeIdentifier(config.database)}`);
    else fail("P1000", `unsupported command ${command}`);
  } catch (error) {
    if (error.code === "3D000") fail("P1003", `Database \`${config.database}\` does not exist`);
    if (error.code === "28P01") fail("P1000", error.message);
    fail("P1001", error.message || `Can't reach database server at ${config.host}:${config.port}`);
  }
}

async function execute(database, sql) {
  const client = new pg.Client({ ...config, database });
  await client.connect();
  if (sql) await client.query(sql);
  await client.end();
}

function fail(code, message) {
  const fields = { message, error_code: code, is_panic: false };
  process.stderr.write(`\n${JSON.stringify({ level: "ERROR", target: "schema_engine::logger", fields })}`);
  process.exit(1);
}

async function serve() {
  let panic = "";
  globalThis.PRISMA_WASM_PANIC_REGISTRY = { get: () => panic, set_message: (message) => (panic = message) };
  const entry = createRequire(import.meta.url).resolve("@prisma/schema-engine-wasm");
  const wasm = readFileSync(entry.replace(/schema_engine\.js$/, "schema_engine_bg.wasm"));
  const { instance } = await WebAssembly.instantiate(wasm, { "./schema_engine_bg.js": engine });
  engine.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  for await (const line of createInterface({ input: process.stdin })) {
    const { id, method, params } = JSON.parse(line);
    const reply = await call(method, params).catch((error) => failure(error, panic));
    // The CLI prints what the engine asks it to print, and ignores `stdout` in a result.
    if (reply.result?.stdout) send({ id, method: "print", params: { content: reply.result.stdout } });
    send({ id, ...reply });
  }
}

function send(message) {
  process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
}

/** A fresh engine for every request: a pooled one would keep the migration advisory lock and stall the next by 10 s. */
async function call(method, params) {
  const adapter = new MigrationAdapter(config);
  const datamodels = options.datamodels?.map((file) => [file, readFileSync(file, "utf8")]);
  try {
    const schemaEngine = await engine.SchemaEngine.new(
      { datamodels },
      () => {},
      bindMigrationAwareSqlAdapterFactory(adapter),
    );
    // These two read the migration history's schema from the engine's cache only; devDiagnostic fills it.
    if (method === "evaluateDataLoss" || method === "createMigration")
      await schemaEngine.devDiagnostic({ migrationsList: params.migrationsList, filters: params.filters });
    const name = method === "getDatabaseVersion" ? "version" : method;
    const result = (await schemaEngine[name](params)) ?? {};
    schemaEngine.free();
    return { result };
  } finally {
    await adapter.close().catch(() => undefined);
  }
}

function failure(error, panic) {
  const data = { is_panic: panic !== "", message: panic || error.message, error_code: error.code, meta: error.meta };
  return { error: { code: 4466, message: "An error happened. Check the data field for details.", data } };
}
