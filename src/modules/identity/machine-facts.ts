import type { Tx } from "@/kernel";
import { selectMachineFacts, setOffline, touchMachine } from "./store";

/** What the rest of the platform may know of a machine. */
export type MachineFacts = Awaited<ReturnType<typeof selectMachineFacts>>[number];

/** Facts of machines by id; ids that do not exist are missing from the map. */
export async function machineFacts(tx: Tx, ids: readonly string[]): Promise<Map<string, MachineFacts>> {
  const rows = ids.length === 0 ? [] : await selectMachineFacts(tx, [...new Set(ids)]);
  return new Map(rows.map((row) => [row.id, row]));
}

/** Notes that a machine spoke just now (written at most every few seconds). */
export async function machineSpoke(tx: Tx, id: string): Promise<void> {
  await touchMachine(tx, id);
}

/** Takes a silent machine off the market until it speaks again. */
export async function machineWentSilent(tx: Tx, id: string): Promise<void> {
  await setOffline(tx, id);
}
