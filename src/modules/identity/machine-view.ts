import { MachineReport } from "@trainyard/protocol";

/** A machine as the provider's pages show it. */
export interface MachineView {
  readonly id: string;
  readonly name: string;
  readonly provider: string;
  readonly numericClass: string;
  readonly flopsPerSecond: MachineReport["flopsPerSecond"];
  readonly cores: number;
  readonly memoryBytes: number;
  readonly cpuModel: string;
  readonly platform: string;
  readonly sandbox: MachineReport["sandbox"];
  readonly workerVersion: string;
  readonly runtimeVersion: string;
  readonly providers: MachineReport["providers"];
  readonly joinedAt: Date;
  readonly lastSeenAt: Date;
  readonly online: boolean;
  readonly quarantinedAt: Date | null;
  readonly quarantineReason: string | null;
}

/** Flattens a stored machine and its last report into the view. */
export function machineView(row: {
  id: string;
  name: string;
  report: unknown;
  joinedAt: Date;
  lastSeenAt: Date;
  online: boolean;
  quarantinedAt: Date | null;
  quarantineReason: string | null;
}): MachineView {
  const { report: stored, ...columns } = row;
  const report = MachineReport.parse(stored);
  return {
    id: columns.id,
    name: columns.name,
    joinedAt: columns.joinedAt,
    lastSeenAt: columns.lastSeenAt,
    online: columns.online,
    quarantinedAt: columns.quarantinedAt,
    quarantineReason: columns.quarantineReason,
    provider: report.provider,
    numericClass: report.numericClass,
    flopsPerSecond: report.flopsPerSecond,
    cores: report.cores,
    memoryBytes: report.memoryBytes,
    cpuModel: report.cpuModel,
    platform: report.platform,
    sandbox: report.sandbox,
    workerVersion: report.workerVersion,
    runtimeVersion: report.runtimeVersion,
    providers: report.providers,
  };
}
