import type { EngineKind } from "@trainyard/protocol";
import type { Tx } from "@/kernel";
import { sqlOf } from "@/kernel/db/client";

export interface LeaseRow {
  readonly id: string;
  readonly token: bigint;
  readonly machineId: string;
  readonly jobId: string;
  readonly segmentId: string;
  readonly auditId: string | null;
}

export async function insertLease(tx: Tx, lease: Omit<LeaseRow, "token">, leaseMs: number): Promise<LeaseRow> {
  const rows = await sqlOf(tx).$queryRaw<LeaseRow[]>`
    INSERT INTO lease (id, "machineId", "jobId", "segmentId", "auditId", "expiresAt")
    VALUES (${lease.id}, ${lease.machineId}, ${lease.jobId}, ${lease.segmentId}, ${lease.auditId}, now() + make_interval(secs => ${leaseMs / 1000}))
    RETURNING id, token, "machineId", "jobId", "segmentId", "auditId"`;
  return one(rows);
}

/** One question for work at a time per machine: a worker whose connection broke may ask again while the first still runs. */
export async function lockMachineLeases(tx: Tx, machineId: string): Promise<void> {
  await sqlOf(tx).$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`lease:${machineId}`}, 0))`;
}

/** Whether a machine holds a lease, be it one that has run out and that the sweep has not taken back yet. */
export async function holdsLease(tx: Tx, machineId: string): Promise<boolean> {
  const rows = await sqlOf(tx).$queryRaw<unknown[]>`
    SELECT 1 FROM lease WHERE "machineId" = ${machineId} AND state = 'active' LIMIT 1`;
  return rows.length > 0;
}

/**
 * Gives a machine its own running lease again under a higher token: the process that held the old one is fenced off. A lease
 * of an engine that the machine does not run any more is left to run out.
 */
export async function reissueLease(
  tx: Tx,
  machine: { machineId: string; engines: readonly EngineKind[] },
  leaseMs: number,
): Promise<LeaseRow | null> {
  const { machineId, engines } = machine;
  const rows = await sqlOf(tx).$queryRaw<LeaseRow[]>`
    UPDATE lease SET token = nextval(pg_get_serial_sequence('lease', 'token')), "stepsDone" = 0, losses = '',
      "expiresAt" = now() + make_interval(secs => ${leaseMs / 1000})
    WHERE "machineId" = ${machineId} AND state = 'active' AND "expiresAt" > now()
      AND EXISTS (SELECT 1 FROM job j WHERE j.id = "jobId" AND j.spec->'engine'->>'kind' = ANY(${[...engines]}))
    RETURNING id, token, "machineId", "jobId", "segmentId", "auditId"`;
  return rows[0] ?? null;
}

/** Keeps a lease and appends streamed losses, if it is still the caller's. False: fenced. One statement, no index touched. */
export async function extendLease(
  tx: Tx,
  h: {
    leaseId: string;
    machineId: string;
    token: bigint;
    stepsDone: number;
    lossesFrom: number;
    losses: Uint8Array<ArrayBuffer>;
    leaseMs: number;
  },
): Promise<boolean> {
  const count = await sqlOf(tx).$executeRaw`
    UPDATE lease SET "expiresAt" = now() + make_interval(secs => ${h.leaseMs / 1000}), "stepsDone" = ${h.stepsDone},
      losses = CASE WHEN octet_length(losses) = ${h.lossesFrom * 4} THEN losses || ${h.losses} ELSE losses END
    WHERE id = ${h.leaseId} AND "machineId" = ${h.machineId} AND token = ${h.token} AND state = 'active' AND "expiresAt" > now()`;
  return count === 1;
}

/** Locks a lease for its last write and checks the fence by the database's clock. Null: fenced. */
export async function fenceLease(
  tx: Tx,
  f: { leaseId: string; machineId: string; token: bigint },
): Promise<LeaseRow | null> {
  const rows = await sqlOf(tx).$queryRaw<LeaseRow[]>`
    SELECT id, token, "machineId", "jobId", "segmentId", "auditId" FROM lease
    WHERE id = ${f.leaseId} AND "machineId" = ${f.machineId} AND token = ${f.token} AND state = 'active' AND "expiresAt" > now()
    FOR UPDATE`;
  return rows[0] ?? null;
}

export async function endLease(
  tx: Tx,
  id: string,
  state: "committed" | "expired" | "released",
  reason: string | null,
): Promise<void> {
  await sqlOf(tx).$executeRaw`
    UPDATE lease SET state = ${state}::"LeaseState", "endedAt" = now(), "endReason" = ${reason} WHERE id = ${id} AND state = 'active'`;
}

/** Active leases past their time, locked; ones that another sweep holds are left to it. */
export async function lockExpiredLeases(tx: Tx, limit: number): Promise<LeaseRow[]> {
  return sqlOf(tx).$queryRaw<LeaseRow[]>`
    SELECT id, token, "machineId", "jobId", "segmentId", "auditId" FROM lease
    WHERE state = 'active' AND "expiresAt" <= now() ORDER BY id LIMIT ${limit} FOR UPDATE SKIP LOCKED`;
}

/** Ends every active lease on these segments (their work is void). */
export async function releaseLeasesOf(tx: Tx, segmentIds: readonly string[], reason: string): Promise<void> {
  await sqlOf(tx).$executeRaw`
    UPDATE lease SET state = 'released', "endedAt" = now(), "endReason" = ${reason}
    WHERE "segmentId" = ANY(${[...segmentIds]}) AND state = 'active'`;
}

/** A lease that a machine holds or held lately: what lets it read the blobs of its work. */
export async function findReadableLease(tx: Tx, leaseId: string, machineId: string): Promise<LeaseRow | null> {
  const rows = await sqlOf(tx).$queryRaw<LeaseRow[]>`
    SELECT id, token, "machineId", "jobId", "segmentId", "auditId" FROM lease
    WHERE id = ${leaseId} AND "machineId" = ${machineId} AND state = 'active'`;
  return rows[0] ?? null;
}

/** The running training lease of a job, with what it streamed so far. */
export async function findLiveTraining(tx: Tx, jobId: string) {
  const rows = await sqlOf(tx).$queryRaw<
    { index: number; stepsDone: number; losses: Uint8Array; machineName: string }[]
  >`
    SELECT s."index", l."stepsDone", l.losses, m.name AS "machineName"
    FROM lease l JOIN segment s ON s.id = l."segmentId" JOIN machine m ON m.id = l."machineId"
    WHERE l."jobId" = ${jobId} AND l.state = 'active' AND l."auditId" IS NULL LIMIT 1`;
  return rows[0] ?? null;
}

function one<T>(rows: readonly T[]): T {
  const [row] = rows;
  if (row === undefined) throw new Error("INSERT … RETURNING gave no row.");
  return row;
}
