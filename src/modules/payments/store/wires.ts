import type { Tx } from "@/kernel";
import { sqlOf, type Prisma } from "@/kernel/db/client";

export async function insertWire(tx: Tx, row: Prisma.WireCreateManyInput): Promise<boolean> {
  const { count } = await sqlOf(tx).wire.createMany({ data: [row], skipDuplicates: true });
  return count === 1;
}

export async function findWire(tx: Tx, id: string) {
  return sqlOf(tx).wire.findUnique({ where: { id } });
}

export async function lockWire(tx: Tx, id: string) {
  await sqlOf(tx).$queryRaw`SELECT id FROM wire WHERE id = ${id} FOR UPDATE`;
  return findWire(tx, id);
}

export type WireRecord = NonNullable<Awaited<ReturnType<typeof findWire>>>;

export async function updateWire(tx: Tx, id: string, data: Prisma.WireUncheckedUpdateInput): Promise<void> {
  await sqlOf(tx).wire.update({ where: { id }, data });
}

export async function selectWires(tx: Tx, organisationId: string, limit: number) {
  return sqlOf(tx).wire.findMany({ where: { organisationId }, orderBy: { receivedAt: "desc" }, take: limit });
}

/** Wires that are here and are no deposit yet. */
export async function selectUncreditedWires(tx: Tx, limit: number) {
  return sqlOf(tx).wire.findMany({ where: { state: "received" }, orderBy: { receivedAt: "asc" }, take: limit });
}
