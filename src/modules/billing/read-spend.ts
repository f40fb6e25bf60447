import { micros, requireMember, type Context, type Micros } from "@/kernel";
import { entryId } from "./entry-id";
import { ListSpendSegmentsInput, ReadSpendInput, spanOf } from "./inputs";
import { selectSpend, selectSpendSegments, sumSpend } from "./store/spend";

const GROUPS_PER_PAGE = 100;
const SEGMENTS_PER_PAGE = 100;

/** Spend of one group: verified segments and what was paid for them. A null key is the spend that has no such word. */
export interface SpendGroupView {
  readonly key: string | null;
  readonly label: string | null;
  readonly segments: number;
  readonly amountMicros: Micros;
}

export interface SpendView {
  readonly groups: readonly SpendGroupView[];
  readonly totalMicros: Micros;
  readonly segments: number;
  /** Where the next page begins; null on the last one. */
  readonly nextOffset: number | null;
}

/** What verified segments cost the actor's organisation, by day, job, project, cost centre or provider. */
export async function readSpend(ctx: Context, input: ReadSpendInput): Promise<SpendView> {
  const { organisationId } = requireMember(ctx.actor);
  const { groupBy, offset, asset, filter, ...period } = ReadSpendInput.parse(input);
  const query = { organisationId, asset, filter, ...spanOf(period) };
  const rows = await selectSpend(ctx.database.reader, query, groupBy, { offset, limit: GROUPS_PER_PAGE + 1 });
  const total = await sumSpend(ctx.database.reader, query);
  return {
    groups: rows.slice(0, GROUPS_PER_PAGE).map((row) => ({ ...row, amountMicros: micros(row.amountMicros) })),
    totalMicros: micros(total.amountMicros),
    segments: total.segments,
    nextOffset: rows.length > GROUPS_PER_PAGE ? offset + GROUPS_PER_PAGE : null,
  };
}

/** One paid segment: the last step of a drill-down, with the proof it was paid for. */
export interface SpendSegmentView {
  readonly id: string;
  readonly entryId: string;
  readonly at: Date;
  readonly jobId: string;
  readonly jobName: string;
  readonly index: number;
  readonly commitment: string;
  readonly providerName: string;
  readonly amountMicros: Micros;
}

/** The segments behind a number of `readSpend`, newest first, a page of 100 before `beforeId`. */
export async function listSpendSegments(ctx: Context, input: ListSpendSegmentsInput): Promise<SpendSegmentView[]> {
  const { organisationId } = requireMember(ctx.actor);
  const { beforeId, asset, filter, ...period } = ListSpendSegmentsInput.parse(input);
  const query = { organisationId, asset, filter, ...spanOf(period) };
  const before = beforeId === undefined ? null : BigInt(beforeId);
  const rows = await selectSpendSegments(ctx.database.reader, query, { before, limit: SEGMENTS_PER_PAGE });
  return rows.map(({ transferId, accountId, amountMicros, ...row }) => ({
    ...row,
    id: String(transferId),
    entryId: entryId({ transferId, accountId }),
    amountMicros: micros(amountMicros),
  }));
}
