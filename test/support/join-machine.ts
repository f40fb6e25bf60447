import { mkdirSync } from "node:fs";
import { join } from "node:path";
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

/** Joins a machine that exists only as a key and a report. */
export async function joinMachineByHand(
  gatewayUrl: string,
  machine: { folder: string; name: string; joinToken: string; numericClass: string },
): Promise<JoinedMachine> {
  const { name, joinToken, numericClass } = machine;
  const folder = join(machine.folder, name);
  mkdirSync(folder, { recursive: true });
  const key = loadOrCreateKey(folder);
  const client = new GatewayClient({ url: gatewayUrl, key, now: () => Date.now(), retry: createRetry(BACKOFF) });
  const report = {
    cpuModel: "made by hand",
    cores: 2,
    memoryBytes: 8 * 1024 ** 3,
    platform: "linux x64",
    workerVersion: "0.1.0",
    runtimeVersion: "1.30.0",
    sandbox: "partial" as const,
    provider: "cpu" as const,
    numericClass,
    flopsPerSecond: 2e10,
    providers: [{ name: "cpu" as const, runs: true, detail: "" }],
  };
  const { machineId } = await client.join({ joinToken, publicKey: key.publicKey, name, report });
  client.identifyAs(machineId);
  return { machineId, key, client, folder };
}
