// `npm test`: set-up, then every check and test: static checks, unit and integration tests on real PostgreSQL, the journey
// in real Chromium. Goes on after a failure, so that one run shows everything; ends with 1 when anything failed.
// Imports nothing but Node until the packages are there.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { requireRecentNode } from "./setup/requirements.mjs";

requireRecentNode();
const { prepare, root } = await import("./setup/prepare.mjs");
const { setupEnvironment } = await import("./setup/install.mjs");
const { requireChromium } = await import("./setup/chromium.mjs");
await prepare();
const chromium = await requireChromium().catch((error) => {
  process.stderr.write(`${error.output ?? ""}\n${error.message}\n`);
  process.exit(1);
});

const STEPS = [
  { name: "check", args: ["scripts/check.mjs"] },
  { name: "unit and integration tests", args: ["node_modules/vitest/vitest.mjs", "run"] },
  { name: "browser tests", args: ["node_modules/@playwright/test/cli.js", "test"] },
];
const results = STEPS.map(({ name, args: [script, ...args] }) => {
  process.stdout.write(`\n── ${name}\n`);
  const startedAt = performance.now();
  const { status } = spawnSync(process.execPath, [join(root, script), ...args], {
    cwd: root,
    stdio: "inherit",
    env: { ...setupEnvironment(), ORT_DISABLE_TELEMETRY: "1", CHROMIUM_PATH: chromium },
  });
  return { name, passed: status === 0, seconds: ((performance.now() - startedAt) / 1000).toFixed(0) };
});
process.stdout.write("\n");
for (const { name, passed, seconds } of results) process.stdout.write(`${passed ? "✓" : "✗"} ${name} (${seconds} s)\n`);
process.exit(results.every(({ passed }) => passed) ? 0 : 1);
