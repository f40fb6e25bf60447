import type { Tx } from "@/kernel";
import { addFault, addValidSegment, selectRecords } from "./store";

/** A machine's standing. `validSegments` counts audited-and-good segments since its last fault. */
export interface MachineStanding {
  readonly machineId: string;
  readonly validSegments: number;
  readonly faults: number;
}

/** Notes what an audit showed of a machine. */
export async function recordOutcome(
  tx: Tx,
  outcome: { machineId: string; outcome: "agreed" | "fault" },
): Promise<void> {
  if (outcome.outcome === "agreed") await addValidSegment(tx, outcome.machineId);
  else await addFault(tx, outcome.machineId);
}

/** Standings of machines; one without history is missing. */
export async function readRecords(tx: Tx, machineIds: readonly string[]): Promise<MachineStanding[]> {
  return selectRecords(tx, machineIds);
}
