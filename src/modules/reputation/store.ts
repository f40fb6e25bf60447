import type { Tx } from "@/kernel";
import { sqlOf } from "@/kernel/db/client";

export async function addValidSegment(tx: Tx, machineId: string): Promise<void> {
  await sqlOf(tx).machineRecord.upsert({
    where: { machineId },
    create: { machineId, validSegments: 1 },
    update: { validSegments: { increment: 1 } },
  });
}

/** A proven fault: trust starts again from nothing. */
export async function addFault(tx: Tx, machineId: string): Promise<void> {
  await sqlOf(tx).machineRecord.upsert({
    where: { machineId },
    create: { machineId, faults: 1 },
    update: { validSegments: 0, faults: { increment: 1 } },
  });
}

export async function selectRecords(tx: Tx, machineIds: readonly string[]) {
  return sqlOf(tx).machineRecord.findMany({ where: { machineId: { in: [...machineIds] } } });
}
