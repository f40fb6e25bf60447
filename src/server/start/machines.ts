import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { micros, type Context, type Micros } from "@/kernel";
import { createJoinToken, listMachines, type DemoOrganisationKey } from "@/modules/identity";
import { listOffers, setOffer } from "@/modules/market";
import { StartError } from "../postgres/start-error";
import { workerEnvironment } from "./env";
import type { StartSettings } from "./settings";
import type { Program, SupervisedProcess } from "./supervised-process";

/** A local worker of a demo organisation. */
export interface DemoMachine {
  readonly organisation: DemoOrganisationKey;
  readonly name: string;
  /** Its asking price; the platform's own machine only audits and has none. */
  readonly floorMicrosPerHour: Micros | null;
}

export const DEMO_MACHINES: readonly DemoMachine[] = [
  { organisation: "northwind", name: "northwind-1", floorMicrosPerHour: micros(1_200_000n) },
  { organisation: "fabrikam", name: "fabrikam-1", floorMicrosPerHour: micros(1_500_000n) },
  { organisation: "platform", name: "auditor-1", floorMicrosPerHour: null },
];

const Membership = z.object({ machineId: z.string() });
const JOIN_MS_MAX = 120_000;
const LOOK_EVERY_MS = 200;
/** A program that failed this often in a row will not come up by itself. */
const FAILURES_MAX = 4;

/** The worker as a provider would run it: joins at its first start, later goes on with its stored identity. */
export function workerProgram(settings: StartSettings, machine: DemoMachine, owner: Context): Program {
  const folder = join(settings.dataDirectory, "workers", machine.name);
  const common = ["--url", settings.gatewayUrl, "--data-dir", folder];
  return {
    name: `worker-${machine.name}`,
    script: join(settings.root, "worker", "dist", "main.js"),
    cwd: settings.root,
    environment: workerEnvironment(),
    args: async () => {
      if (await hasJoined(folder, owner)) return ["run", ...common];
      const { joinToken } = await createJoinToken(owner);
      return ["join", ...common, "--token", joinToken, "--name", machine.name];
    },
  };
}

/** Whether the folder's identity is known here; one of another database is put away, for the worker could not use it. */
async function hasJoined(folder: string, owner: Context): Promise<boolean> {
  const path = join(folder, "machine.json");
  if (!existsSync(path)) return false;
  const { machineId } = Membership.parse(JSON.parse(readFileSync(path, "utf8")));
  if ((await listMachines(owner)).some((machine) => machine.id === machineId)) return true;
  rmSync(path);
  return false;
}

/** Waits until the worker has measured itself and reported, then puts its machine on offer unless it already is. */
export async function offerMachine(
  machine: DemoMachine,
  owner: Context,
  worker: SupervisedProcess,
  since: Date,
): Promise<void> {
  const machineId = await untilReported(machine, owner, worker, since);
  if (machine.floorMicrosPerHour === null) return;
  const known = (await listOffers(owner)).some((offer) => offer.machineId === machineId);
  if (!known) await setOffer(owner, { machineId, floorMicrosPerHour: machine.floorMicrosPerHour, state: "active" });
}

async function untilReported(
  machine: DemoMachine,
  owner: Context,
  worker: SupervisedProcess,
  since: Date,
): Promise<string> {
  for (let waitedMs = 0; waitedMs < JOIN_MS_MAX && worker.failures < FAILURES_MAX; waitedMs += LOOK_EVERY_MS) {
    const found = (await listMachines(owner)).find((m) => m.name === machine.name && m.lastSeenAt >= since);
    if (found !== undefined) return found.id;
    await sleep(LOOK_EVERY_MS);
  }
  throw new StartError(
    `The worker ${machine.name} did not come up: ${worker.lastWords}`,
    `Its log is ${worker.logFile}.`,
  );
}
