import { failpoint, type Context } from "@/kernel";
import { openIncident } from "../incidents";
import {
  deleteHistoryAbove,
  findBlock,
  selectBlocks,
  updateCursor,
  type CursorRecord,
  type StoredBlock,
} from "../store/history";
import type { Alarms } from "./alarms";
import { expectCursor } from "./chain-moved";
import { lastCommonBlock } from "./depth";
import { readHeader, type NodeView } from "./read-view";

const HEADERS_AT_ONCE = 100;

/**
 * Goes back to the last stored block that still belongs to the chain and forgets everything above it. Where that would undo
 * what was final or booked, the watcher halts for a person. Null: the nodes contradict each other, so nothing is done.
 */
export async function rewind(
  ctx: Context,
  alarms: Alarms,
  view: NodeView,
  views: readonly NodeView[],
  at: CursorRecord,
): Promise<CursorRecord | null> {
  const stored = await selectBlocks(ctx.database.reader, at.id);
  const ancestor = lastCommonBlock(stored, await currentHashes(view, stored));
  const floor = at.bookedNumber > at.finalizedNumber ? at.bookedNumber : at.finalizedNumber;
  if (ancestor !== null && ancestor.number >= floor)
    return ctx.database.transaction(async (tx) => {
      await expectCursor(tx, at);
      await deleteHistoryAbove(tx, at.id, ancestor.number);
      await updateCursor(tx, at.id, { blockNumber: ancestor.number, blockHash: ancestor.hash });
      failpoint("chain-rewound");
      return { ...at, blockNumber: ancestor.number, blockHash: ancestor.hash };
    });
  if (await isStillKnown(ctx, views, at, floor)) {
    await alarms.set(
      "nodes-disagree",
      `The nodes disagree about block ${floor}, which was settled. Nothing is booked.`,
    );
    return null;
  }
  return halt(ctx, at, floor);
}

async function currentHashes(view: NodeView, stored: readonly StoredBlock[]): Promise<Map<bigint, string | null>> {
  const hashes = new Map<bigint, string | null>();
  for (let start = 0; start < stored.length; start += HEADERS_AT_ONCE) {
    const part = stored.slice(start, start + HEADERS_AT_ONCE);
    const headers = await Promise.all(part.map((block) => readHeader(view.node, block.number)));
    part.forEach((block, index) => hashes.set(block.number, headers[index]?.hash ?? null));
    if (lastCommonBlock(part, hashes) !== null) break;
  }
  return hashes;
}

/** Whether some node still knows the settled block that another one replaced: then one of them is wrong. */
async function isStillKnown(
  ctx: Context,
  views: readonly NodeView[],
  at: CursorRecord,
  floor: bigint,
): Promise<boolean> {
  const stored = await findBlock(ctx.database.reader, at.id, floor);
  if (stored === null || views.length < 2) return false;
  const headers = await Promise.all(views.map((view) => readHeader(view.node, floor)));
  return headers.some((header) => header?.hash === stored.hash);
}

async function halt(ctx: Context, at: CursorRecord, floor: bigint): Promise<CursorRecord> {
  const haltReason = `The chain replaced block ${floor}, which was settled. Compare the books with the chain, then resume.`;
  const haltedAt = ctx.clock.now();
  return ctx.database.transaction(async (tx) => {
    await expectCursor(tx, at);
    await updateCursor(tx, at.id, { haltedAt, haltReason });
    await openIncident(ctx, tx, { kind: "deep-fork", reference: at.id, detail: haltReason });
    return { ...at, haltedAt, haltReason };
  });
}
