import { fileURLToPath } from "node:url";
import type { Program } from "./side";

/** The side of the compiler: the segment graph in `folder`, in ONNX Runtime as the worker opens it. */
export function onnxProgram(folder: string, threads: number): Program {
  return {
    name: "ONNX Runtime",
    command: process.execPath,
    args: ["--import", "tsx", fileURLToPath(new URL("train.ts", import.meta.url)), folder, String(threads)],
    env: process.env,
  };
}
