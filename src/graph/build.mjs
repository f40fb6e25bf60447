import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** What `npm publish` ships: one file of JavaScript, and the types beside it. */
await build({
  entryPoints: [here("src/index.ts")],
  outdir: here("dist"),
  bundle: true,
  platform: "neutral",
  format: "esm",
  target: "es2022",
  sourcemap: "linked",
  logLevel: "warning",
});
const compiler = createRequire(import.meta.url).resolve("typescript/bin/tsc");
const { status } = spawnSync(
  process.execPath,
  [
    compiler,
    "--ignoreConfig",
    "--declaration",
    "--emitDeclarationOnly",
    "--outDir",
    here("dist"),
    "--rootDir",
    here("src"),
    "--module",
    "esnext",
    "--moduleResolution",
    "bundler",
    "--target",
    "es2023",
    "--strict",
    here("src/index.ts"),
  ],
  { stdio: "inherit", cwd: here(".") },
);
process.exitCode = status ?? 1;
