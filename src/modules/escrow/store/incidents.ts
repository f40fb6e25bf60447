import type { Tx } from "@/kernel";
import { sqlOf } from "@/kernel/db/client";

export interface NewIncident {
  readonly kind: string;
  readonly reference: string;
  readonly detail: string;
  readonly amountMicros?: bigint;
}

/** Opens an incident; one that is open already keeps its age and gets the newer words. */
export async function upsertIncident(tx: Tx, row: NewIncident & { id: string; openedAt: Date }): Promise<void> {
  await sqlOf(tx).$executeRaw`
    INSERT INTO chain_incident (id, kind, reference, detail, "amountMicros", "openedAt")
    VALUES (${row.id}, ${row.kind}, ${row.reference}, ${row.detail}, ${row.amountMicros ?? null}, ${row.openedAt})
    ON CONFLICT (kind, reference) WHERE "resolvedAt" IS NULL DO UPDATE SET detail = EXCLUDED.detail`;
}

/** Closes the open incident of a kind and reference, if there is one. */
export async function closeIncident(tx: Tx, kind: string, reference: string, resolvedAt: Date): Promise<void> {
  await sqlOf(tx).chainIncident.updateMany({ where: { kind, reference, resolvedAt: null }, data: { resolvedAt } });
}

export async function selectOpenIncidents(tx: Tx) {
  return sqlOf(tx).chainIncident.findMany({
    where: { resolvedAt: null },
    orderBy: [{ openedAt: "asc" }, { id: "asc" }],
  });
}

/** Kinds of the open incidents of one reference. */
export async function selectOpenKinds(tx: Tx, reference: string): Promise<string[]> {
  const rows = await sqlOf(tx).chainIncident.findMany({
    where: { reference, resolvedAt: null },
    select: { kind: true },
  });
  return rows.map((row) => row.kind);
}
