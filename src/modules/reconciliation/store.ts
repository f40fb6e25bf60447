import type { Tx } from "@/kernel";
import { sqlOf, type Prisma } from "@/kernel/db/client";
import type { Finding } from "./finding";

/** Opens a difference, or notes that it is still there. Its age counts from the first time. */
export async function keepOpen(tx: Tx, f: Finding, now: Date): Promise<void> {
  await sqlOf(tx).$executeRaw`
    INSERT INTO difference (kind, reference, asset, "ledgerMicros", "outsideMicros", sentence, "firstSeenAt", "lastSeenAt")
    VALUES (${f.kind}, ${f.reference}, ${f.asset}, ${f.ledgerMicros}, ${f.outsideMicros}, ${f.sentence}, ${now}, ${now})
    ON CONFLICT (kind, reference, asset) WHERE "resolvedAt" IS NULL
    DO UPDATE SET "ledgerMicros" = EXCLUDED."ledgerMicros", "outsideMicros" = EXCLUDED."outsideMicros",
      sentence = EXCLUDED.sentence, "lastSeenAt" = EXCLUDED."lastSeenAt"`;
}

/** Closes every open difference that was not seen this time. */
export async function resolveOthers(tx: Tx, seen: readonly Finding[], now: Date): Promise<void> {
  const sql = sqlOf(tx);
  const open = await sql.difference.findMany({ where: { resolvedAt: null } });
  const still = new Set(seen.map((f) => `${f.kind}/${f.reference}/${f.asset}`));
  const gone = open.filter((row) => !still.has(`${row.kind}/${row.reference}/${row.asset}`)).map((row) => row.id);
  if (gone.length > 0) await sql.difference.updateMany({ where: { id: { in: gone } }, data: { resolvedAt: now } });
}

export async function insertTieOut(tx: Tx, row: Prisma.TieOutCreateManyInput): Promise<void> {
  await sqlOf(tx).tieOut.createMany({ data: [row] });
}

export async function selectDifferences(tx: Tx, limit: number) {
  return sqlOf(tx).difference.findMany({
    orderBy: [{ resolvedAt: { sort: "desc", nulls: "first" } }, { firstSeenAt: "asc" }],
    take: limit,
  });
}

export async function selectTieOuts(tx: Tx, limit: number) {
  return sqlOf(tx).tieOut.findMany({ orderBy: { id: "desc" }, take: limit });
}
