import type { Tx } from "@/kernel";
import { sqlOf } from "@/kernel/db/client";

export async function selectEnded(tx: Tx, references: readonly string[]): Promise<string[]> {
  const rows = await sqlOf(tx).$queryRaw<{ id: string }[]>`
    SELECT id FROM refund WHERE id = ANY (${[...references]}::text[]) AND state <> 'pending' UNION ALL
    SELECT id FROM payout WHERE id = ANY (${[...references]}::text[]) AND state IN ('paid', 'failed') UNION ALL
    SELECT id FROM dispute WHERE id = ANY (${[...references]}::text[]) AND "closedAt" IS NOT NULL`;
  return rows.map((row) => row.id);
}
