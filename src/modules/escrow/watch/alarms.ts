import type { Context } from "@/kernel";
import { openIncident, resolveIncident, type IncidentKind } from "../incidents";
import { selectOpenKinds } from "../store/incidents";

/** The open incidents of one chain: raised while their cause lasts, lowered when it is gone. */
export interface Alarms {
  set(kind: IncidentKind, detail: string | null): Promise<void>;
}

/** Reads which incidents are open; only a change is written. */
export async function readAlarms(ctx: Context, reference: string): Promise<Alarms> {
  const open = new Set(await selectOpenKinds(ctx.database.reader, reference));
  return {
    async set(kind, detail) {
      if (detail === null && !open.has(kind)) return;
      if (detail !== null && open.has(kind)) return;
      await ctx.database.transaction((tx) =>
        detail === null
          ? resolveIncident(ctx, tx, kind, reference)
          : openIncident(ctx, tx, { kind, reference, detail }),
      );
      if (detail === null) open.delete(kind);
      else open.add(kind);
    },
  };
}
