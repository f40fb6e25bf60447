import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { BenchFailure } from "../support/report";
import type { Program } from "./side";

/** Debian's own Python: the one that its package python3-torch is for, whatever else is on PATH. */
const PYTHON = "/usr/bin/python3";
const INSTALL =
  "Install it: apt-get update && apt-get install -y --no-install-recommends python3-torch libopenblas0-openmp";

/**
 * OpenBLAS on the OpenMP threads that PyTorch itself uses. With the one on POSIX threads two pools fight for the cores and
 * the peer is three times slower, which would flatter us.
 */
function openblasFolder(): string {
  return `/usr/lib/${process.arch === "arm64" ? "aarch64" : "x86_64"}-linux-gnu/openblas-openmp`;
}

function environment(): NodeJS.ProcessEnv {
  return { ...process.env, LD_LIBRARY_PATH: openblasFolder() };
}

/** The version of PyTorch on this machine. Throws a BenchFailure with the way to get it when it is missing. */
export function requireTorch(): string {
  if (!existsSync(openblasFolder()))
    throw new BenchFailure("OpenBLAS with OpenMP, which the peer PyTorch needs to be fast, is missing.", INSTALL);
  const { status, stdout } = spawnSync(PYTHON, ["-c", "import numpy, torch; print(torch.__version__)"], {
    env: environment(),
    encoding: "utf8",
  });
  if (status !== 0) throw new BenchFailure(`The peer PyTorch is missing from ${PYTHON}.`, INSTALL);
  return stdout.trim();
}

export function torchProgram(model: string, folder: string, threads: number): Program {
  const script = fileURLToPath(new URL("../torch/train.py", import.meta.url));
  return {
    name: "PyTorch",
    command: PYTHON,
    args: ["-B", script, model, folder, String(threads)],
    env: environment(),
  };
}
