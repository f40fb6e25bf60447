import type { Context } from "@/kernel";
import { deleteBlocksBelow, findBlock, updateCursor, type CursorRecord } from "../store/history";
import type { Alarms } from "./alarms";
import { expectCursor } from "./chain-moved";
import { readHeader, type NodeView } from "./read-view";

/**
 * Raises the depths to what the nodes agree on, if the chain that was read is the one they mean. Depths never go back.
 * Null: something contradicts itself, and nothing may be booked on it.
 */
export async function settleDepths(
  ctx: Context,
  alarms: Alarms,
  views: readonly NodeView[],
  at: CursorRecord,
  depths: { safe: bigint; finalized: bigint },
): Promise<CursorRecord | null> {
  const { finalized } = depths;
  const wentBack = finalized < at.finalizedNumber;
  await alarms.set(
    "finality-went-back",
    wentBack ? `A node calls block ${finalized} final after ${at.finalizedNumber} was. Nothing is booked.` : null,
  );
  if (wentBack) return null;
  const disputed = await findDisputedBlock(ctx, views, at, depths);
  await alarms.set(
    "nodes-disagree",
    disputed === null ? null : `The nodes disagree about block ${disputed}. Nothing is booked until they agree.`,
  );
  if (disputed !== null) return null;
  const safe = depths.safe > at.safeNumber ? depths.safe : at.safeNumber;
  const next = { safeNumber: least(safe, at.blockNumber), finalizedNumber: least(finalized, at.blockNumber) };
  if (next.safeNumber === at.safeNumber && next.finalizedNumber === at.finalizedNumber) return at;
  return ctx.database.transaction(async (tx) => {
    await expectCursor(tx, at);
    await updateCursor(tx, at.id, next);
    await deleteBlocksBelow(tx, at.id, next.finalizedNumber);
    return { ...at, ...next };
  });
}

/** A block at one of the depths that is not the same for every node and for what was read. */
async function findDisputedBlock(
  ctx: Context,
  views: readonly NodeView[],
  at: CursorRecord,
  depths: { safe: bigint; finalized: bigint },
): Promise<bigint | null> {
  for (const number of new Set([depths.safe, depths.finalized])) {
    const stored = await findBlock(ctx.database.reader, at.id, number);
    if (stored === null) continue;
    const headers = await Promise.all(views.map((view) => readHeader(view.node, number)));
    if (headers.some((header) => header?.hash !== stored.hash)) return number;
  }
  return null;
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
