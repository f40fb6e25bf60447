import { existsSync, statfsSync } from "node:fs";
import type { Membership } from "./identity";
import type { Measured } from "./measure-machine";
import { canWatchMemory } from "./memory-watch";
import type { ProviderProbe } from "./probe";
import type { Confinement } from "./sandbox-launch";

export interface Diagnosis extends Measured {
  readonly confinement: Confinement;
  readonly dataDirectory: string;
  readonly cache: { readonly bytes: number; readonly files: number };
  readonly membership: Membership | null;
}

/** What this machine can do, as a table for people. */
export function formatDiagnosis(diagnosis: Diagnosis): string {
  const { report, native, exact, confinement, membership } = diagnosis;
  const rows: [string, string][] = [
    ["Processor", `${report.cpuModel}, ${report.cores} cores`],
    ["Memory", gibibytes(report.memoryBytes)],
    ["System", `${report.platform}, Node ${process.versions.node}`],
    ["Worker", `${report.workerVersion}, ${report.runtimeVersion}`],
    ["Sandbox", `${confinement.level}: ${confinement.detail}`],
    ["Memory limit", canWatchMemory() ? "watched while a segment runs" : "cannot be watched on this system"],
    ...native.map((probe): [string, string] => [
      `Provider ${probe.name}`,
      describeProbe(probe, probe.name === report.provider ? "in use" : "runs"),
    ]),
    ["Exact jobs", describeProbe(exact, `runs on ${exact.name}`)],
    ["Numeric class", report.numericClass],
    ["Data folder", `${diagnosis.dataDirectory}, ${gibibytes(freeBytes(diagnosis.dataDirectory))} free`],
    ["Cache", `${diagnosis.cache.files} blobs, ${gibibytes(diagnosis.cache.bytes)}`],
    [
      "Joined",
      membership === null ? "no; run `trainyard-worker join`" : `${membership.organisationName} at ${membership.url}`,
    ],
  ];
  const width = Math.max(...rows.map(([label]) => label.length));
  return rows.map(([label, value]) => `${label.padEnd(width)}  ${value}\n`).join("");
}

/** The same as one JSON object. */
export function diagnosisJson({ report, confinement, dataDirectory, cache, membership }: Diagnosis): string {
  return `${JSON.stringify({ report, sandboxDetail: confinement.detail, dataDirectory, cache, membership }, null, 2)}\n`;
}

function describeProbe({ runs, detail, flopsPerSecond }: ProviderProbe, running: string): string {
  const speed = flopsPerSecond === null ? "" : ` ${(flopsPerSecond / 1e9).toFixed(1)} GFLOP/s in training.`;
  return `${runs ? running : "does not run"}. ${detail}${speed}`;
}

function freeBytes(path: string): number {
  if (!existsSync(path)) return 0;
  const { bavail, bsize } = statfsSync(path);
  return bavail * bsize;
}

function gibibytes(bytes: number): string {
  return `${(bytes / 1024 ** 3).toFixed(1)} GiB`;
}
