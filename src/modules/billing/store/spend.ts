import type { Tx } from "@/kernel";
import { sqlOf, Prisma } from "@/kernel/db/client";
import type { DocumentAsset } from "../documents/snapshot";
import type { CostRow } from "../exports/focus";
import type { SpendFilter, SpendGroup } from "../inputs";
import { JOB_LABELS } from "./labels";

/** Which spend is asked for: an organisation's verified segments in one asset, as the ledger moved them. */
export interface SpendQuery {
  readonly organisationId: string;
  readonly asset: DocumentAsset;
  readonly from: Date;
  readonly to: Date;
  readonly filter: SpendFilter;
}

const DAY = Prisma.sql`to_char(t."createdAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD')`;

/** Every paid segment with its job `j`, provider `o` and labels `l`. */
function spend(q: SpendQuery): Prisma.Sql {
  const { day, jobId, project, costCentre, providerId } = q.filter;
  const conditions = [
    ...(day === undefined ? [] : [Prisma.sql`${DAY} = ${day}`]),
    ...(jobId === undefined ? [] : [Prisma.sql`j.id = ${jobId}`]),
    ...(project === undefined ? [] : [Prisma.sql`l.project IS NOT DISTINCT FROM ${project}`]),
    ...(costCentre === undefined ? [] : [Prisma.sql`l."costCentre" IS NOT DISTINCT FROM ${costCentre}`]),
    ...(providerId === undefined ? [] : [Prisma.sql`o.id = ${providerId}`]),
  ];
  return Prisma.sql`
    FROM ledger_account a JOIN ledger_entry e ON e."accountId" = a.id JOIN ledger_transfer t ON t.id = e."transferId"
    JOIN segment s ON s.id = substr(t."idempotencyKey", length('segment:') + 1)
    JOIN job j ON j.id = s."jobId" JOIN organisation o ON o.id = s."organisationId" ${JOB_LABELS}
    WHERE a."organisationId" = ${q.organisationId} AND a.kind = 'hold' AND a.asset = ${q.asset} AND t.kind = 'segment'
      AND t."createdAt" >= ${q.from} AND t."createdAt" < ${q.to}
      ${conditions.length === 0 ? Prisma.empty : Prisma.sql`AND ${Prisma.join(conditions, " AND ")}`}`;
}

/** What a group is told apart by, and what it is called. */
const GROUPS: Readonly<Record<SpendGroup, readonly [Prisma.Sql, Prisma.Sql]>> = {
  day: [DAY, DAY],
  job: [Prisma.sql`j.id`, Prisma.sql`j.name`],
  project: [Prisma.sql`l.project`, Prisma.sql`l.project`],
  costCentre: [Prisma.sql`l."costCentre"`, Prisma.sql`l."costCentre"`],
  provider: [Prisma.sql`o.id`, Prisma.sql`o.name`],
};

export async function selectSpend(tx: Tx, q: SpendQuery, by: SpendGroup, page: { offset: number; limit: number }) {
  const [key, label] = GROUPS[by];
  const order = by === "day" ? Prisma.sql`1` : Prisma.sql`4 DESC, 1`;
  return sqlOf(tx).$queryRaw<{ key: string | null; label: string | null; segments: number; amountMicros: bigint }[]>`
    SELECT ${key} AS key, min(${label}) AS label, count(*)::int AS segments, (-sum(e."amountMicros"))::bigint AS "amountMicros"
    ${spend(q)} GROUP BY 1 ORDER BY ${order} LIMIT ${page.limit} OFFSET ${page.offset}`;
}

export async function sumSpend(tx: Tx, q: SpendQuery) {
  const rows = await sqlOf(tx).$queryRaw<{ segments: number; amountMicros: bigint | null }[]>`
    SELECT count(*)::int AS segments, (-sum(e."amountMicros"))::bigint AS "amountMicros" ${spend(q)}`;
  return { segments: rows[0]?.segments ?? 0, amountMicros: rows[0]?.amountMicros ?? 0n };
}

export async function selectSpendSegments(tx: Tx, q: SpendQuery, page: { before: bigint | null; limit: number }) {
  return sqlOf(tx).$queryRaw<
    {
      transferId: bigint;
      accountId: string;
      at: Date;
      jobId: string;
      jobName: string;
      index: number;
      commitment: string;
      providerName: string;
      amountMicros: bigint;
    }[]
  >`
    SELECT e."transferId", e."accountId", t."createdAt" AS at, j.id AS "jobId", j.name AS "jobName", s."index", s.commitment,
      o.name AS "providerName", -e."amountMicros" AS "amountMicros"
    ${spend(q)} AND (${page.before}::bigint IS NULL OR e."transferId" < ${page.before}::bigint)
    ORDER BY e."transferId" DESC LIMIT ${page.limit}`;
}

/** One day's spend and credits for the cost export, with the invoice that names them. */
export async function selectDayCosts(tx: Tx, q: SpendQuery): Promise<CostRow[]> {
  const usage = await sqlOf(tx).$queryRaw<CostRow[]>`
    SELECT ${DAY} AS day, 'Usage' AS category, j.id AS "jobId", j.name AS "jobName", j.template, o.id AS "providerId",
      o.name AS "providerName", b.number AS "invoiceNumber", count(*)::int AS segments, -e."amountMicros" AS "unitPriceMicros",
      (-sum(e."amountMicros"))::bigint AS "amountMicros", l.project, l."costCentre", l."purchaseOrder", l.tags,
      (array_agg(s.commitment ORDER BY s."index"))[1] AS "firstCommitment",
      (array_agg(s.commitment ORDER BY s."index" DESC))[1] AS "lastCommitment"
    FROM (SELECT e.*, (SELECT d."documentId" FROM document_entry d
        WHERE d.kind = 'invoice' AND d."transferId" = e."transferId" AND d."accountId" = e."accountId") AS "invoiceId"
      FROM ledger_account a JOIN ledger_entry e ON e."accountId" = a.id
      WHERE a."organisationId" = ${q.organisationId} AND a.kind = 'hold' AND a.asset = ${q.asset}) e
    JOIN ledger_transfer t ON t.id = e."transferId" AND t.kind = 'segment'
    JOIN segment s ON s.id = substr(t."idempotencyKey", length('segment:') + 1)
    JOIN job j ON j.id = s."jobId" JOIN organisation o ON o.id = s."organisationId"
    LEFT JOIN billing_document b ON b.id = e."invoiceId" ${JOB_LABELS}
    WHERE t."createdAt" >= ${q.from} AND t."createdAt" < ${q.to}
    GROUP BY 1, j.id, o.id, b.number, e."amountMicros", l.project, l."costCentre", l."purchaseOrder", l.tags
    ORDER BY min(e."transferId")`;
  const credits = await sqlOf(tx).$queryRaw<CostRow[]>`
    SELECT ${DAY} AS day, 'Credit' AS category, j.id AS "jobId", j.name AS "jobName", j.template, NULL AS "providerId",
      NULL AS "providerName", b.number AS "invoiceNumber", 0 AS segments, NULL::bigint AS "unitPriceMicros",
      -e."amountMicros" AS "amountMicros", l.project, l."costCentre", l."purchaseOrder", l.tags,
      NULL AS "firstCommitment", NULL AS "lastCommitment"
    FROM ledger_account a JOIN ledger_entry e ON e."accountId" = a.id JOIN ledger_transfer t ON t.id = e."transferId"
    JOIN job j ON j.id = t.reference
    LEFT JOIN document_entry d ON d.kind = 'credit_note' AND d."transferId" = e."transferId" AND d."accountId" = e."accountId"
    LEFT JOIN billing_document b ON b.id = d."documentId" ${JOB_LABELS}
    WHERE a."organisationId" = ${q.organisationId} AND a.kind = 'available' AND a.asset = ${q.asset} AND t.kind = 'credit'
      AND t."createdAt" >= ${q.from} AND t."createdAt" < ${q.to}
    ORDER BY e."transferId"`;
  return [...usage, ...credits];
}
