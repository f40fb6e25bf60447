import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { RUNTIME_ENVIRONMENT } from "../../worker/src/sandbox-launch";
import type { Program } from "./side";

/** The side of the compiler: the segment graph in `folder`, in ONNX Runtime as the worker opens it, bundled as the worker is. */
export function onnxProgram(folder: string, threads: number): Program {
  return {
    name: "ONNX Runtime",
    command: process.execPath,
    args: [bundledProgram(), folder, String(threads)],
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
    external: ["onnxruntime-node"],
    logLevel: "warning",
  });
  return outfile;
}
