import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { BenchFailure } from "../support/report";
import type { Program } from "./side";
import type { Workload } from "./workload";

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

/**
 * The kernels of OpenBLAS for this processor. Debian's 0.3.21 does not know processors that came after it and falls back to
 * plain SSE, several times slower; saying what the processor can do gives the peer the speed it is known for.
 */
function openblasKernels(): Readonly<Record<string, string>> {
  const flags = existsSync("/proc/cpuinfo") ? readFileSync("/proc/cpuinfo", "utf8") : "";
  if (/\bavx512vl\b/.test(flags)) return { OPENBLAS_CORETYPE: "SkylakeX" };
  return /\bavx2\b/.test(flags) ? { OPENBLAS_CORETYPE: "Haswell" } : {};
}

function environment(): NodeJS.ProcessEnv {
  return { ...openblasKernels(), ...process.env, LD_LIBRARY_PATH: openblasFolder() };
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

export function torchProgram(workload: Workload, folder: string, threads: number): Program {
  const script = fileURLToPath(new URL("../torch/train.py", import.meta.url));
  return {
    name: "PyTorch",
    command: PYTHON,
    args: ["-B", script, workload.name, folder, String(threads), String(workload.learningRate)],
    env: environment(),
  };
}
