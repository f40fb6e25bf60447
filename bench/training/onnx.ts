import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { RUNTIME_ENVIRONMENT } from "../../worker/src/sandbox-launch";
import type { Program } from "./side";

/**
 * The side of the compiler: the segment graph in `folder`, in ONNX Runtime as the worker opens it, bundled as the worker is.
 * In WebAssembly there is one thread, and the graph must be exact.
 */
export function onnxProgram(folder: string, threads: number, provider: "cpu" | "wasm" = "cpu"): Program {
  return {
    name: provider === "cpu" ? "ONNX Runtime" : "ONNX Runtime Web",
    command: process.execPath,
    args: [bundledProgram(), folder, String(threads), provider],
    env: { ...process.env, ...RUNTIME_ENVIRONMENT },
  };
}

function bundledProgram(): string {
  const outfile = fileURLToPath(new URL("../../node_modules/.cache/bench/train.mjs", import.meta.url));
  buildSync({
    entryPoints: [fileURLToPath(new URL("train.ts", import.meta.url))],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    external: ["onnxruntime-node", "onnxruntime-web"],
    logLevel: "warning",
  });
  return outfile;
}
