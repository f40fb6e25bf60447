import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** Bundles the two programs of the worker; the runtimes stay outside because they carry native libraries and WebAssembly. */
await build({
  entryPoints: [here("src/main.ts"), here("src/sandbox-child.ts")],
  outdir: here("dist"),
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20",
  external: ["onnxruntime-common", "onnxruntime-node", "onnxruntime-web"],
  sourcemap: "linked",
  logLevel: "warning",
});
