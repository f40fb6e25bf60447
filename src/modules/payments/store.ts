import type { Tx } from "@/kernel";
import { sqlOf } from "@/kernel/db/client";

export async function insertDeposit(
  tx: Tx,
  row: {
    id: string;
    organisationId: string;
    rail: string;
    amountMicros: bigint;
    idempotencyKey: string;
    createdBy: string;
  },
): Promise<void> {
  await sqlOf(tx).deposit.createMany({ data: [row], skipDuplicates: true });
}

export async function findDeposit(tx: Tx, organisationId: string, idempotencyKey: string) {
  return sqlOf(tx).deposit.findUnique({ where: { organisationId_idempotencyKey: { organisationId, idempotencyKey } } });
}
