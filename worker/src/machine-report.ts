import { arch, availableParallelism, cpus, platform, release, totalmem } from "node:os";
import type { MachineReport } from "@trainyard/protocol";
import type { ProviderProbe } from "./probe";
import type { Confinement } from "./sandbox-launch";
import packageJson from "../package.json" with { type: "json" };

/** Version of this program. */
export const WORKER_VERSION: string = packageJson.version;

/** What the gateway is told about this machine: everything in it was looked up or measured now. */
export function machineReport(
  probes: readonly ProviderProbe[],
  chosen: ProviderProbe,
  confinement: Confinement,
): MachineReport {
  return {
    cpuModel: (cpus()[0]?.model ?? "unknown").trim().slice(0, 200),
    cores: availableParallelism(),
    memoryBytes: usableMemoryBytes(),
    platform: `${platform()} ${release()} ${arch()}`.slice(0, 100),
    workerVersion: WORKER_VERSION,
    runtimeVersion: `onnxruntime-node ${chosen.runtimeVersion}`,
    sandbox: confinement.level,
    providers: probes.map(({ name, runs, detail }) => ({ name, runs, detail: detail.slice(0, 500) })),
    provider: chosen.name,
    numericClass: chosen.numericClass,
    flopsPerSecond: chosen.flopsPerSecond ?? 0,
  };
}

/** Memory this process may use: a container's limit where one is set, else what is installed. */
function usableMemoryBytes(): number {
  const limit = process.constrainedMemory();
  return limit > 0 && limit < totalmem() ? limit : totalmem();
}
