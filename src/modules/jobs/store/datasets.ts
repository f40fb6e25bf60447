import type { DatasetSplit } from "@trainyard/protocol";
import type { Tx } from "@/kernel";
import { sqlOf } from "@/kernel/db/client";

export interface DatasetRow {
  readonly id: string;
  readonly organisationId: string | null;
  readonly name: string;
  readonly description: string;
  readonly train: DatasetSplit;
  readonly heldOut: DatasetSplit;
  readonly totalBytes: bigint;
}

export async function insertDataset(tx: Tx, row: DatasetRow): Promise<void> {
  await sqlOf(tx).dataset.upsert({ where: { id: row.id }, create: row, update: {} });
}

/** Public datasets and the organisation's own. */
export async function selectDatasets(tx: Tx, organisationId: string) {
  return sqlOf(tx).dataset.findMany({
    where: { OR: [{ organisationId: null }, { organisationId }] },
    orderBy: [{ createdAt: "asc" }],
  });
}

export async function findDataset(tx: Tx, id: string, organisationId: string) {
  return sqlOf(tx).dataset.findFirst({ where: { id, OR: [{ organisationId: null }, { organisationId }] } });
}
