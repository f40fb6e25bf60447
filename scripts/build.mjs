// Builds what has changed: Prisma's client, the server programs, the worker and the web app.
// `npm run build` runs it; `npm start` and `npm test` run it before anything else.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { hashInputs, Stamps } from "./setup/input-stamp.mjs";
import { setupEnvironment } from "./setup/install.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const SHARED = ["package-lock.json", "tsconfig.json", "scripts/build.mjs"];
const LIBRARIES = ["src/protocol", "src/graph"];
const PLATFORM = ["prisma/schema", "src/kernel", "src/modules", "src/server", ...LIBRARIES];

const PIECES = [
  {
    name: "database client",
    inputs: ["prisma/schema", "prisma.config.ts", "package-lock.json"],
    output: "src/kernel/db/generated/client.ts",
    make: () => run(["node_modules/prisma/build/index.js", "generate"]),
  },
  { name: "server", inputs: [...SHARED, ...PLATFORM], output: "dist/server/start/main.js", make: bundleServer },
  {
    name: "worker",
    inputs: [...SHARED, "worker/src", "worker/build.mjs", ...LIBRARIES],
    output: "worker/dist/main.js",
    make: () => run(["worker/build.mjs"]),
  },
  {
    name: "command line",
    inputs: [...SHARED, "cli/src", "cli/build.mjs", "src/graph"],
    output: "cli/dist/main.js",
    make: () => run(["cli/build.mjs"]),
  },
  {
    name: "web app",
    inputs: [
      ...SHARED,
      ...PLATFORM,
      "src/app",
      "src/features",
      "src/ui",
      "src/proxy.ts",
      "public",
      "next.config.mjs",
      "postcss.config.mjs",
    ],
    output: ".next/BUILD_ID",
    make: () => run(["node_modules/next/dist/bin/next", "build"]),
  },
];

const stamps = new Stamps(join(root, "dist", "stamps.json"));
for (const { name, inputs, output, make } of PIECES) {
  const hash = hashInputs(root, inputs);
  if (stamps.isFresh(name, hash) && existsSync(join(root, output))) continue;
  process.stdout.write(`building the ${name}\n`);
  await make();
  stamps.write(name, hash);
}

function run(args) {
  const { status } = spawnSync(process.execPath, args, {
    cwd: root,
    stdio: "inherit",
    env: { ...setupEnvironment(), NODE_ENV: "production" },
  });
  if (status !== 0) process.exit(status ?? 1);
}

/** Our own sources go into the bundles; packages stay in node_modules, where their native parts and data files are. */
async function bundleServer() {
  const own = /^(@\/|@trainyard\/|\.{0,2}\/|[A-Za-z]:)/;
  await build({
    absWorkingDir: root,
    entryPoints: ["gateway/main", "tasks/main", "start/main", "start/leash", "stripe-sandbox/main", "chain/main"].map(
      (name) => ({
        in: `src/server/${name}.ts`,
        out: name,
      }),
    ),
    outdir: "dist/server",
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    sourcemap: "linked",
    logLevel: "warning",
    plugins: [
      {
        name: "packages-stay-outside",
        setup: ({ onResolve }) =>
          onResolve({ filter: /.*/ }, ({ path }) => (own.test(path) ? undefined : { path, external: true })),
      },
    ],
  });
}
