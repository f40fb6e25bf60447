import type { Actor } from "../actor";
import { actorName } from "../actor";
import { sqlOf, type Prisma, type Tx } from "./client";

/** A change for the organisation's audit log. */
export interface LogEntry {
  readonly action: string;
  readonly target: string;
  readonly organisationId?: string | null;
  readonly details?: Prisma.InputJsonObject;
}

/** Writes an audit-log row inside the transaction that makes the change: no change without its row. */
export async function record(tx: Tx, actor: Actor, entry: LogEntry): Promise<void> {
  await sqlOf(tx).auditLogEntry.create({
    data: {
      actor: actorName(actor),
      action: entry.action,
      target: entry.target,
      organisationId: entry.organisationId ?? (actor.kind === "system" ? null : actor.organisationId),
      details: entry.details ?? {},
    },
  });
}

/**
 * Adds background work to the queue inside this transaction, so that it exists exactly if the change does.
 * `key` collapses repeats that have not started yet. The payload is checked by the task catalogue when it runs.
 */
export async function enqueue(tx: Tx, task: string, payload: Prisma.InputJsonObject, key?: string): Promise<void> {
  const json = JSON.stringify(payload);
  await sqlOf(tx)
    .$executeRaw`SELECT graphile_worker.add_job(${task}, payload := ${json}::json, job_key := ${key ?? null}::text, max_attempts := 10)`;
}
