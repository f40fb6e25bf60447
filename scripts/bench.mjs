// `npm run bench -- <name>`: makes the checkout ready, then runs bench/<name>.ts, which measures a peer in the same run.
// Imports nothing but Node until the packages are there.
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { requireRecentNode } from "./setup/requirements.mjs";

requireRecentNode();
const { prepare, root } = await import("./setup/prepare.mjs");
const { setupEnvironment } = await import("./setup/install.mjs");

const names = readdirSync(join(root, "bench"), { withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
  .map(({ name }) => name.slice(0, -".ts".length))
  .sort();
const name = process.argv[2];
if (name === undefined || !names.includes(name)) {
  const asked = name === undefined ? "No benchmark is named" : `There is no benchmark "${name}"`;
  process.stderr.write(`${asked}; run npm run bench -- <name> with one of: ${names.join(", ")}.\n`);
  process.exit(1);
}
await prepare();
// tsx resolves the paths of the tsconfig.json in its working directory.
const { status } = spawnSync(process.execPath, ["--import", import.meta.resolve("tsx"), join("bench", `${name}.ts`)], {
  cwd: root,
  stdio: "inherit",
  env: { ...setupEnvironment(), ORT_DISABLE_TELEMETRY: "1" },
});
process.exit(status ?? 1);
