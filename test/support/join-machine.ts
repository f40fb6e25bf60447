import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { MachineReport } from "@trainyard/protocol";
import { GatewayClient } from "../../worker/src/client";
import { loadOrCreateKey, type MachineKey } from "../../worker/src/identity";
import { createRetry } from "../../worker/src/retry";

const BACKOFF = { attempts: 4, firstDelayMs: 20, longestDelayMs: 200, random: () => 0.5 };

/** A joined machine: its key, its folder and how it speaks to the gateway. */
export interface JoinedMachine {
  readonly machineId: string;
  readonly key: MachineKey;
  readonly client: GatewayClient;
  readonly folder: string;
}

/** The class and speeds of a machine made by hand; it runs both engines unless it is said which. */
export interface HandMade {
  readonly numericClass: string;
  readonly flopsPerSecond?: MachineReport["flopsPerSecond"];
}

/** What a machine that exists only as a key would report. */
export function handMadeReport({
  numericClass,
  flopsPerSecond = { native: 2e10, exact: 1e10 },
}: HandMade): MachineReport {
  return {
    cpuModel: "made by hand",
    cores: 2,
    memoryBytes: 8 * 1024 ** 3,
    platform: "linux x64",
    workerVersion: "0.1.0",
    runtimeVersion: "1.30.0",
    sandbox: "partial",
    provider: "cpu",
    numericClass,
    flopsPerSecond,
    providers: [{ name: "cpu", runs: true, detail: "" }],
  };
}

/** Joins a machine that exists only as a key and a report. */
export async function joinMachineByHand(
  gatewayUrl: string,
  machine: HandMade & { folder: string; name: string; joinToken: string },
): Promise<JoinedMachine> {
  const { name, joinToken } = machine;
  const folder = join(machine.folder, name);
  mkdirSync(folder, { recursive: true });
  const key = loadOrCreateKey(folder);
  const client = new GatewayClient({ url: gatewayUrl, key, now: () => Date.now(), retry: createRetry(BACKOFF) });
  const report = handMadeReport(machine);
  const { machineId } = await client.join({ joinToken, publicKey: key.publicKey, name, report });
  client.identifyAs(machineId);
  return { machineId, key, client, folder };
}
