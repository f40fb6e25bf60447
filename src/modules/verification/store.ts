import type { Tx } from "@/kernel";
import { sqlOf } from "@/kernel/db/client";

/** How long an audit waits for an independent provider before the platform's own machine may take it. */
const PLATFORM_WAITS_S = 3;

export async function insertAudit(
  tx: Tx,
  audit: { id: string; jobId: string; segmentId: string; cause: "draw" | "tiebreak" | "platform"; ordinal: number },
): Promise<void> {
  await sqlOf(tx).audit.create({ data: audit });
}

export async function selectAudits(tx: Tx, jobId: string) {
  return sqlOf(tx).audit.findMany({ where: { jobId }, orderBy: [{ createdAt: "asc" }, { ordinal: "asc" }] });
}
export type AuditRecord = Awaited<ReturnType<typeof selectAudits>>[number];

export async function countAudits(tx: Tx, jobId: string): Promise<number> {
  return sqlOf(tx).audit.count({ where: { jobId, state: { not: "void" } } });
}

/**
 * Takes the oldest audit that a machine may run: of a numeric class whose bits it computes, for an organisation that is
 * neither the worker's, the buyer's nor an earlier auditor's of the same segment. The platform's own machine waits for
 * independent providers first.
 */
export async function takeOpenAudit(
  tx: Tx,
  machine: { machineId: string; organisationId: string; numericClasses: readonly string[]; isPlatform: boolean },
): Promise<{ id: string; jobId: string; segmentId: string } | null> {
  const { machineId, organisationId, numericClasses, isPlatform } = machine;
  const rows = await sqlOf(tx).$queryRaw<{ id: string; jobId: string; segmentId: string }[]>`
    UPDATE audit SET state = 'leased', "machineId" = ${machineId}, "organisationId" = ${organisationId}
    WHERE id = (
      SELECT a.id FROM audit a JOIN segment s ON s.id = a."segmentId" JOIN job j ON j.id = a."jobId"
      WHERE a.state = 'open' AND s.state = 'committed' AND s."numericClass" = ANY(${[...numericClasses]})
        AND s."organisationId" <> ${organisationId} AND j."organisationId" <> ${organisationId}
        AND NOT EXISTS (SELECT 1 FROM audit o WHERE o."segmentId" = a."segmentId" AND o."organisationId" = ${organisationId})
        AND CASE WHEN ${isPlatform} THEN a.cause = 'platform' OR a."createdAt" < now() - make_interval(secs => ${PLATFORM_WAITS_S})
            ELSE a.cause <> 'platform' END
      ORDER BY a."createdAt" LIMIT 1 FOR UPDATE OF a SKIP LOCKED)
    RETURNING id, "jobId", "segmentId"`;
  return rows[0] ?? null;
}

/** Puts an audit back: its auditor went silent or gave up. */
export async function reopenAudit(tx: Tx, id: string): Promise<void> {
  await sqlOf(tx).audit.updateMany({
    where: { id, state: "leased" },
    data: { state: "open", machineId: null, organisationId: null },
  });
}

export async function finishAudit(
  tx: Tx,
  id: string,
  result: { state: "agreed" | "disagreed"; commitment: string; signature: string; stateRoot: string; finishedAt: Date },
): Promise<void> {
  await sqlOf(tx).audit.update({ where: { id }, data: result });
}

export async function findAudit(tx: Tx, id: string) {
  return sqlOf(tx).audit.findUnique({ where: { id } });
}

export async function voidAudits(tx: Tx, segmentIds: readonly string[]): Promise<void> {
  await sqlOf(tx).audit.updateMany({
    where: { segmentId: { in: [...segmentIds] }, state: { in: ["open", "leased"] } },
    data: { state: "void" },
  });
}

export async function markAuditPaid(tx: Tx, id: string, feeMicros: bigint, paidAt: Date): Promise<void> {
  await sqlOf(tx).audit.update({ where: { id }, data: { feeMicros, paidAt } });
}
