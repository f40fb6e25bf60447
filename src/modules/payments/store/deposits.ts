import type { Tx } from "@/kernel";
import { sqlOf } from "@/kernel/db/client";

export interface NewDeposit {
  readonly id: string;
  readonly organisationId: string;
  readonly rail: string;
  readonly amountMicros: bigint;
  readonly source?: string;
  readonly chargeId?: string | null;
  readonly idempotencyKey: string;
  readonly createdBy: string;
}

export async function insertDeposit(tx: Tx, row: NewDeposit): Promise<void> {
  await sqlOf(tx).deposit.createMany({ data: [row], skipDuplicates: true });
}

export async function findDepositByKey(tx: Tx, organisationId: string, idempotencyKey: string) {
  return sqlOf(tx).deposit.findUnique({ where: { organisationId_idempotencyKey: { organisationId, idempotencyKey } } });
}

export async function findDepositBySource(tx: Tx, rail: string, source: string) {
  return sqlOf(tx).deposit.findUnique({ where: { rail_source: { rail, source } } });
}

export async function findDeposit(tx: Tx, id: string) {
  return sqlOf(tx).deposit.findUnique({ where: { id } });
}

/** Deposits of a rail whose fee nobody has told yet. */
export async function selectDepositsWithoutFee(tx: Tx, rail: string, limit: number) {
  return sqlOf(tx).deposit.findMany({ where: { rail, feeMicros: null }, orderBy: { id: "asc" }, take: limit });
}

/** Notes a deposit's fee; false when it was known already. */
export async function setDepositFee(tx: Tx, id: string, feeMicros: bigint): Promise<boolean> {
  const { count } = await sqlOf(tx).deposit.updateMany({ where: { id, feeMicros: null }, data: { feeMicros } });
  return count === 1;
}
