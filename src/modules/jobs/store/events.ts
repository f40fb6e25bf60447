import type { Tx } from "@/kernel";
import { sqlOf, type Prisma } from "@/kernel/db/client";

export async function insertEvent(tx: Tx, jobId: string, type: string, data: Prisma.InputJsonObject): Promise<void> {
  await sqlOf(tx).jobEvent.create({ data: { jobId, type, data } });
}

export async function selectEventsAfter(tx: Tx, jobId: string, afterId: bigint, limit: number) {
  return sqlOf(tx).jobEvent.findMany({ where: { jobId, id: { gt: afterId } }, orderBy: { id: "asc" }, take: limit });
}

export async function selectEventsBefore(tx: Tx, jobId: string, beforeId: bigint | null, limit: number) {
  return sqlOf(tx).jobEvent.findMany({
    where: { jobId, ...(beforeId === null ? {} : { id: { lt: beforeId } }) },
    orderBy: { id: "desc" },
    take: limit,
  });
}

/** Whether the newest event of a job already says this, so that a standing condition is told once. */
export async function latestEvent(tx: Tx, jobId: string) {
  return sqlOf(tx).jobEvent.findFirst({ where: { jobId }, orderBy: { id: "desc" } });
}
