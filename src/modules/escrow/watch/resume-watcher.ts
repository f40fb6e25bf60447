import { record, requireSystem, type Context } from "@/kernel";
import { resolveIncident } from "../incidents";
import type { ChainRail } from "../rail";
import { deleteHistoryAbove, insertHistory, lockCursor, updateCursor } from "../store/history";

/**
 * Lets a halted watcher read on from a block that a person has compared with the chain. Everything above it is read anew; what
 * was booked stays booked, and its keys keep it from being booked again.
 */
export async function resumeWatcher(
  ctx: Context,
  rail: ChainRail,
  from: { blockNumber: bigint; blockHash: string },
): Promise<void> {
  requireSystem(ctx.actor);
  await ctx.database.transaction(async (tx) => {
    const cursor = await lockCursor(tx, rail.id);
    if (cursor === null || cursor.haltedAt === null) return;
    await deleteHistoryAbove(tx, rail.id, from.blockNumber - 1n);
    await insertHistory(tx, rail.id, [{ number: from.blockNumber, hash: from.blockHash }], []);
    const depths = {
      bookedNumber: least(cursor.bookedNumber, from.blockNumber),
      safeNumber: least(cursor.safeNumber, from.blockNumber),
      finalizedNumber: least(cursor.finalizedNumber, from.blockNumber),
    };
    await updateCursor(tx, rail.id, { ...from, haltedAt: null, haltReason: null, ...depths });
    await resolveIncident(ctx, tx, "deep-fork", rail.id);
    await record(tx, ctx.actor, {
      action: "escrow.watcher-resumed",
      target: rail.id,
      details: { block: String(from.blockNumber), reason: cursor.haltReason ?? "" },
    });
  });
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
