import { Forbidden, micros, requireMember, type Context, type Micros } from "@/kernel";
import { isPlatformOrganisation } from "@/modules/identity";
import { selectDifferences, selectTieOuts } from "./store";

const DIFFERENCES = 200;
const RUNS = 60;

/** A difference as the tie-out page shows it. */
export interface DifferenceView {
  readonly id: string;
  readonly kind: string;
  readonly reference: string;
  readonly asset: string;
  readonly ledgerMicros: Micros;
  readonly outsideMicros: Micros;
  readonly sentence: string;
  readonly firstSeenAt: Date;
  readonly lastSeenAt: Date;
  readonly resolvedAt: Date | null;
}

/** The state of the books against the world: the last runs, newest first, and every difference, open ones first. */
export interface TieOutView {
  readonly runs: readonly { at: Date; tookMs: number; green: boolean; openCount: number }[];
  readonly sums: readonly { name: string; totalMicros: Micros }[];
  readonly differences: readonly DifferenceView[];
}

/** The tie-out, for the operator's own people: it is about everybody's money. */
export async function readTieOut(ctx: Context): Promise<TieOutView> {
  const { organisationId } = requireMember(ctx.actor);
  const tx = ctx.database.reader;
  if (!(await isPlatformOrganisation(tx, organisationId)))
    throw new Forbidden("The tie-out is for the operator of this market. Your own statement is under Billing.");
  const [runs, differences] = await Promise.all([selectTieOuts(tx, RUNS), selectDifferences(tx, DIFFERENCES)]);
  const sums = (runs[0]?.sums ?? {}) as Record<string, string>;
  return {
    runs: runs.map(({ at, tookMs, green, openCount }) => ({ at, tookMs, green, openCount })),
    sums: Object.entries(sums).map(([name, total]) => ({ name, totalMicros: micros(BigInt(total)) })),
    differences: differences.map(({ id, ledgerMicros, outsideMicros, ...row }) => ({
      ...row,
      id: String(id),
      ledgerMicros: micros(ledgerMicros),
      outsideMicros: micros(outsideMicros),
    })),
  };
}
