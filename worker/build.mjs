import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** Bundles the two programs of the worker; onnxruntime-node stays outside because it carries native libraries. */
await build({
  entryPoints: [here("src/main.ts"), here("src/sandbox-child.ts")],
  outdir: here("dist"),
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20",
  external: ["onnxruntime-node"],
  sourcemap: "linked",
  logLevel: "warning",
});
