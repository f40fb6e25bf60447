import { newId, type Context, type Tx } from "@/kernel";
import { closeIncident, selectOpenIncidents, upsertIncident, type NewIncident } from "./store/incidents";

/** What a person must look at, in words of a stable kind. */
export type IncidentKind =
  | "deep-fork"
  | "nodes-disagree"
  | "node-unreachable"
  | "finality-went-back"
  | "unattributed-usdc"
  | "unattributed-token"
  | "unknown-order"
  | "quarantined-deposit"
  | "frozen-order"
  | "order-taken-back"
  | "treasury-claim-taken"
  | "deadline-near"
  | "nonce-taken"
  | "transaction-failed";

/** Opens an incident, once while it is open. */
export async function openIncident(
  ctx: Context,
  tx: Tx,
  incident: NewIncident & { kind: IncidentKind },
): Promise<void> {
  const now = ctx.clock.now();
  await upsertIncident(tx, { ...incident, id: newId("incident", now.getTime()), openedAt: now });
}

/** Closes an incident whose cause is gone. */
export async function resolveIncident(ctx: Context, tx: Tx, kind: IncidentKind, reference: string): Promise<void> {
  await closeIncident(tx, kind, reference, ctx.clock.now());
}

/** Every open incident of the chain, oldest first. */
export async function listIncidents(ctx: Context) {
  return selectOpenIncidents(ctx.database.reader);
}
