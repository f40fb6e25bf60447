import { arch, availableParallelism, cpus, platform, release, totalmem } from "node:os";
import { EXACT_CLASS, type MachineReport } from "@trainyard/protocol";
import type { ProviderProbe } from "./probe";
import type { Confinement } from "./sandbox-launch";
import packageJson from "../package.json" with { type: "json" };

/** Version of this program. */
export const WORKER_VERSION: string = packageJson.version;

/** What 32-bit addresses reach: no graph in WebAssembly holds more. */
const WASM_MEMORY_BYTES = 4 * 1024 ** 3;

/**
 * What the gateway is told about this machine: everything in it was looked up or measured now. `chosen` is the provider of
 * native jobs; without one the machine runs exact jobs only, in WebAssembly.
 */
export function machineReport(
  probes: { native: readonly ProviderProbe[]; chosen: ProviderProbe | null; exact: ProviderProbe },
  confinement: Confinement,
): MachineReport {
  const { native, chosen, exact } = probes;
  const tried = chosen === null ? [exact] : native;
  return {
    cpuModel: (cpus()[0]?.model ?? "unknown").trim().slice(0, 200),
    cores: availableParallelism(),
    memoryBytes: chosen === null ? Math.min(WASM_MEMORY_BYTES, usableMemoryBytes()) : usableMemoryBytes(),
    platform: `${platform()} ${release()} ${arch()}`.slice(0, 100),
    workerVersion: WORKER_VERSION,
    runtimeVersion:
      chosen === null ? `onnxruntime-web ${exact.runtimeVersion}` : `onnxruntime-node ${chosen.runtimeVersion}`,
    sandbox: confinement.level,
    providers: tried.map(({ name, runs, detail }) => ({ name, runs, detail: detail.slice(0, 500) })),
    provider: chosen?.name ?? exact.name,
    numericClass: chosen?.numericClass ?? EXACT_CLASS,
    flopsPerSecond: { native: chosen?.flopsPerSecond ?? null, exact: exact.flopsPerSecond },
  };
}

/** Memory this process may use: a container's limit where one is set, else what is installed. */
function usableMemoryBytes(): number {
  const limit = process.constrainedMemory();
  return limit > 0 && limit < totalmem() ? limit : totalmem();
}
