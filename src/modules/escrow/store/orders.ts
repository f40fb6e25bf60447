import type { Tx } from "@/kernel";
import { sqlOf, type Prisma } from "@/kernel/db/client";

export async function insertOrder(tx: Tx, data: Prisma.EscrowOrderUncheckedCreateInput): Promise<void> {
  await sqlOf(tx).escrowOrder.create({ data });
}

/** The order by its name on chain, without a lock. */
export async function findOrderByChainId(tx: Tx, orderId: string) {
  return sqlOf(tx).escrowOrder.findUnique({ where: { orderId } });
}
export type OrderRecord = NonNullable<Awaited<ReturnType<typeof findOrderByChainId>>>;

/** Locks an order. Whoever also needs its job locks the job first. */
export async function lockOrder(tx: Tx, id: string): Promise<OrderRecord | null> {
  await sqlOf(tx).$queryRaw`SELECT id FROM escrow_order WHERE id = ${id} FOR UPDATE`;
  return sqlOf(tx).escrowOrder.findUnique({ where: { id } });
}

/** A job's order in one of the given states, the newest first. */
export async function findOrderOfJob(
  tx: Tx,
  jobId: string,
  states: readonly OrderRecord["state"][],
): Promise<OrderRecord | null> {
  return sqlOf(tx).escrowOrder.findFirst({
    where: { jobId, state: { in: [...states] } },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
  });
}

export async function selectOrdersIn(tx: Tx, states: readonly OrderRecord["state"][]): Promise<OrderRecord[]> {
  return sqlOf(tx).escrowOrder.findMany({ where: { state: { in: [...states] } }, orderBy: { id: "asc" } });
}

export async function updateOrder(tx: Tx, id: string, data: Prisma.EscrowOrderUncheckedUpdateInput): Promise<void> {
  await sqlOf(tx).escrowOrder.update({ where: { id }, data });
}

export async function insertVoucher(
  tx: Tx,
  voucher: { escrowOrderId: string; segmentIndex: number; cumulativeMicros: bigint; evidenceRoot: string },
): Promise<void> {
  await sqlOf(tx).escrowVoucher.create({ data: voucher });
}

/** The voucher that makes all others of an order needless. */
export async function latestVoucher(tx: Tx, escrowOrderId: string) {
  return sqlOf(tx).escrowVoucher.findFirst({ where: { escrowOrderId }, orderBy: { segmentIndex: "desc" } });
}
export type VoucherRecord = NonNullable<Awaited<ReturnType<typeof latestVoucher>>>;

/** Vouchers that the verifier has not signed yet, with the order they are for. */
export async function selectUnsignedVouchers(tx: Tx) {
  return sqlOf(tx).$queryRaw<(VoucherRecord & { orderId: string })[]>`
    SELECT v.*, o."orderId" FROM escrow_voucher v JOIN escrow_order o ON o.id = v."escrowOrderId"
    WHERE v.signature IS NULL ORDER BY v."createdAt" LIMIT 500`;
}

export async function signVoucher(tx: Tx, voucher: VoucherRecord, signature: string): Promise<void> {
  const { escrowOrderId, segmentIndex } = voucher;
  await sqlOf(tx).escrowVoucher.update({
    where: { escrowOrderId_segmentIndex: { escrowOrderId, segmentIndex } },
    data: { signature },
  });
}

export async function findOrder(tx: Tx, id: string): Promise<OrderRecord | null> {
  return sqlOf(tx).escrowOrder.findUnique({ where: { id } });
}
