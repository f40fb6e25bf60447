import { requireSystem, type Context } from "@/kernel";
import type { ChainRail } from "../rail";
import { findCursor, type CursorRecord } from "../store/history";
import { openCursor, placeOfCursor, readRange } from "./advance";
import { readAlarms, type Alarms } from "./alarms";
import { applyLogs } from "./apply-logs";
import { isNodeFailure } from "./chain-moved";
import { agreeOnDepths } from "./depth";
import { readViews, type NodeView } from "./read-view";
import { rewind } from "./rewind";
import { settleDepths } from "./settle";

/** What a run of the watcher came to. */
export interface WatchOutcome {
  readonly state: "current" | "waiting" | "halted";
  readonly blockNumber: bigint | null;
  /** Events that were acted on. */
  readonly applied: number;
}

/**
 * Task: reads the chain on from where it was left and acts on what is settled deep enough. Blocks that were replaced are
 * forgotten with everything in them. Cursor, blocks and logs change in one transaction, so a run may be cut anywhere. A node
 * that is down, behind or wrong makes it wait, never book.
 */
export async function watchChain(ctx: Context, rail: ChainRail): Promise<WatchOutcome> {
  requireSystem(ctx.actor);
  const alarms = await readAlarms(ctx, rail.id);
  const views = await readViews(rail);
  const down = rail.nodes.length - views.length;
  await alarms.set(
    "node-unreachable",
    down > 0 ? `${down} of ${rail.nodes.length} nodes of the chain do not answer.` : null,
  );
  try {
    return await watch(ctx, rail, alarms, views);
  } catch (error) {
    if (!isNodeFailure(error)) throw error;
    return waiting(await findCursor(ctx.database.reader, rail.id));
  }
}

async function watch(
  ctx: Context,
  rail: ChainRail,
  alarms: Alarms,
  answering: readonly NodeView[],
): Promise<WatchOutcome> {
  const start = await openCursor(ctx, rail, answering);
  if (start === null) return waiting(null);
  if (start.haltedAt !== null) return halted(start);
  // A node behind what was read is no witness: it cannot tell a missing block from a replaced one. The only node there is
  // may have become shorter by a fork, and says so by another hash.
  const views = answering.filter((view) => view.latest.number >= start.blockNumber || rail.nodes.length === 1);
  const view = highest(views);
  if (view === undefined) return waiting(start);
  const depths = agreeOnDepths(views, rail.nodes.length);
  const at = await catchUp(ctx, rail, alarms, views, view, start, depths?.finalized ?? start.finalizedNumber);
  if (at === null) return waiting(start);
  if (at.haltedAt !== null) return halted(at);
  if (depths === null) return waiting(at);
  const settled = await settleDepths(ctx, alarms, views, at, depths);
  if (settled === null) return waiting(at);
  return { state: "current", blockNumber: at.blockNumber, applied: await applyLogs(ctx, rail, settled) };
}

/** Reads up to the node's head, going back over forks. Null: the nodes contradict each other. */
async function catchUp(
  ctx: Context,
  rail: ChainRail,
  alarms: Alarms,
  views: readonly NodeView[],
  view: NodeView,
  start: CursorRecord,
  finalized: bigint,
): Promise<CursorRecord | null> {
  let at = start;
  while (at.haltedAt === null && (at.blockNumber !== view.latest.number || at.blockHash !== view.latest.hash)) {
    const place = await placeOfCursor(ctx, view, at);
    if (place === "node-behind") return at;
    const next =
      place === "forked" ? await rewind(ctx, alarms, view, views, at) : await readRange(ctx, rail, view, at, finalized);
    if (next === null) return null;
    at = next;
  }
  return at;
}

function highest(views: readonly NodeView[]): NodeView | undefined {
  return [...views].sort((a, b) => (a.latest.number < b.latest.number ? 1 : -1))[0];
}

function waiting(at: CursorRecord | null): WatchOutcome {
  return { state: "waiting", blockNumber: at?.blockNumber ?? null, applied: 0 };
}

function halted(at: CursorRecord): WatchOutcome {
  return { state: "halted", blockNumber: at.blockNumber, applied: 0 };
}
