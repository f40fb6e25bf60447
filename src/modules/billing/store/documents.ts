import type { Tx } from "@/kernel";
import { sqlOf, type Prisma } from "@/kernel/db/client";
import type { DocumentKind } from "../documents/snapshot";

/** Takes the next number of a series. The counter stays locked until the transaction ends, so a failed one leaves no gap. */
export async function takeNumber(tx: Tx, legalEntity: string, series: string): Promise<bigint> {
  await sqlOf(tx).documentCounter.createMany({ data: [{ legalEntity, series }], skipDuplicates: true });
  const rows = await sqlOf(tx).$queryRaw<{ last: bigint }[]>`
    UPDATE document_counter SET "last" = "last" + 1 WHERE "legalEntity" = ${legalEntity} AND series = ${series} RETURNING "last"`;
  return rows[0]?.last ?? 0n;
}

export async function findDocumentBySource(tx: Tx, organisationId: string, kind: DocumentKind, source: string) {
  return sqlOf(tx).billingDocument.findUnique({
    where: { organisationId_kind_source: { organisationId, kind, source } },
  });
}

export async function insertDocument(tx: Tx, data: Prisma.BillingDocumentUncheckedCreateInput): Promise<void> {
  await sqlOf(tx).billingDocument.create({ data });
}

export async function insertEntries(tx: Tx, data: Prisma.DocumentEntryCreateManyInput[]): Promise<void> {
  await sqlOf(tx).documentEntry.createMany({ data });
}

/** A document of one organisation, with its file if it was made; null for anybody else's. */
export async function findDocument(tx: Tx, id: string, organisationId: string) {
  return sqlOf(tx).billingDocument.findFirst({ where: { id, organisationId }, include: { file: true } });
}

/** Any organisation's document, for the platform itself. */
export async function findAnyDocument(tx: Tx, id: string) {
  return sqlOf(tx).billingDocument.findUnique({ where: { id }, include: { file: true } });
}

export async function insertFile(tx: Tx, row: { documentId: string; sha256: string; bytes: number }): Promise<void> {
  await sqlOf(tx).documentFile.createMany({ data: [row], skipDuplicates: true });
}

export async function selectDocuments(
  tx: Tx,
  q: { organisationId: string; kind?: DocumentKind; beforeId?: string; from?: Date; to?: Date; limit: number },
) {
  const { organisationId, kind, beforeId, from, to, limit } = q;
  return sqlOf(tx).billingDocument.findMany({
    where: {
      organisationId,
      ...(kind === undefined ? {} : { kind }),
      ...(beforeId === undefined ? {} : { id: { lt: beforeId } }),
      ...(from === undefined || to === undefined ? {} : { issuedAt: { gte: from, lt: to } }),
    },
    include: { file: true },
    orderBy: { id: "desc" },
    take: limit,
  });
}

/** Documents whose PDF was not made yet, oldest first: a process that died between the two leaves some. */
export async function selectWithoutFile(tx: Tx, limit: number) {
  return sqlOf(tx).billingDocument.findMany({
    where: { file: null },
    orderBy: { id: "asc" },
    select: { id: true },
    take: limit,
  });
}

/** Every credit note of an invoice. */
export async function selectCredits(tx: Tx, invoiceId: string) {
  return sqlOf(tx).billingDocument.findMany({ where: { invoiceId }, orderBy: { id: "asc" } });
}

export async function findPeriod(tx: Tx, organisationId: string, month: string) {
  return sqlOf(tx).billingPeriod.findUnique({ where: { organisationId_month: { organisationId, month } } });
}

export async function selectPeriods(tx: Tx, organisationId: string) {
  return sqlOf(tx).billingPeriod.findMany({ where: { organisationId }, orderBy: { month: "desc" } });
}

export async function insertPeriod(
  tx: Tx,
  row: { organisationId: string; month: string; closedBy: string; closedAt: Date },
): Promise<void> {
  await sqlOf(tx).billingPeriod.create({ data: row });
}
