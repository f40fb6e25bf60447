// `npm run check`: format, lint, types, architecture, money, dead code. Two at a time; what fails shows its output at the end.
import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { root } from "./setup/prepare.mjs";

const CACHE = "node_modules/.cache";
const CHECKS = [
  {
    name: "lint",
    bin: "eslint/bin/eslint.js",
    args: [".", "--cache", "--cache-strategy", "content", "--cache-location", `${CACHE}/eslint/`],
  },
  {
    name: "types",
    bin: "typescript/bin/tsc",
    args: ["--noEmit", "--tsBuildInfoFile", `${CACHE}/tsconfig.tsbuildinfo`],
  },
  {
    name: "architecture",
    bin: "dependency-cruiser/bin/dependency-cruise.mjs",
    args: [
      "--config",
      "dependency-cruiser.config.mjs",
      "--output-type",
      "err",
      "src",
      "worker",
      "cli",
      "test",
      "bench",
    ],
  },
  { name: "money", bin: "../scripts/check-money.mjs", args: [] },
  {
    name: "dead code",
    bin: "knip/bin/knip.js",
    args: ["--cache", "--cache-location", `${CACHE}/knip`, "--no-config-hints"],
  },
  {
    name: "format",
    bin: "prettier/bin/prettier.cjs",
    args: ["--check", "--log-level", "warn", "--cache", "--cache-location", `${CACHE}/prettier/cache`, "."],
  },
];

const waiting = [...CHECKS];
const results = [];
const lanes = Array.from({ length: Math.min(2, availableParallelism()) }, async () => {
  for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
    const result = await run(check);
    results.push(result);
    process.stdout.write(`${result.code === 0 ? "✓" : "✗"} ${check.name} (${result.seconds} s)\n`);
  }
});
await Promise.all(lanes);
const failed = results.filter(({ code }) => code !== 0);
for (const { name, output } of failed) process.stdout.write(`\n--- ${name}\n${output.trim()}\n`);
process.exit(failed.length === 0 ? 0 : 1);

function run({ name, bin, args }) {
  const startedAt = performance.now();
  return new Promise((resolve) => {
    let output = "";
    const child = spawn(process.execPath, [join(root, "node_modules", bin), ...args], {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
    child.on("close", (code) =>
      resolve({ name, code, output, seconds: ((performance.now() - startedAt) / 1000).toFixed(1) }),
    );
  });
}
