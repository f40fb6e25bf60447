import { assert, failpoint, type Context, type Tx } from "@/kernel";
import type { ChainRail } from "../rail";
import {
  lockCursor,
  lockWaitingLog,
  markApplied,
  selectWaitingLogs,
  updateCursor,
  type CursorRecord,
  type LogRecord,
} from "../store/history";
import { applyDeposit, screenDeposit } from "./apply-deposit";
import { applyFrozen, applyReleased, applyTakenBack } from "./apply-order-event";
import { applyTransfer, applyWithdrawn } from "./apply-transfer";

/** Acts on every event that is settled deep enough, each once, in the order of the chain. Returns how many. */
export async function applyLogs(ctx: Context, rail: ChainRail, depths: CursorRecord): Promise<number> {
  const { safeNumber, finalizedNumber } = depths;
  const deepest = safeNumber > finalizedNumber ? safeNumber : finalizedNumber;
  let applied = 0;
  for (const log of await selectWaitingLogs(ctx.database.reader, rail.id, deepest)) {
    if (log.blockNumber > finalizedNumber && !countsWhenSafe(rail, log)) continue;
    if (await applyOnce(ctx, rail, log)) applied++;
  }
  return applied;
}

/** Small deposits need not wait until their block is final. */
function countsWhenSafe(rail: ChainRail, log: LogRecord): boolean {
  return log.event === "Deposited" && log.amountMicros !== null && log.amountMicros < rail.policy.safeBelowMicros;
}

async function applyOnce(ctx: Context, rail: ChainRail, waiting: LogRecord): Promise<boolean> {
  const screened = waiting.event === "Deposited" ? await screenDeposit(ctx, rail, waiting) : null;
  return ctx.database.transaction(async (tx) => {
    const cursor = await lockCursor(tx, rail.id);
    assert(cursor !== null, "a log was read by a cursor");
    if (cursor.haltedAt !== null) return false;
    const log = await lockWaitingLog(tx, waiting);
    if (log === null) return false;
    if (screened !== null) await applyDeposit(ctx, tx, rail, log, screened);
    else await applyEvent(ctx, tx, rail, log);
    await markApplied(tx, log, ctx.clock.now());
    if (log.blockNumber > cursor.bookedNumber) await updateCursor(tx, rail.id, { bookedNumber: log.blockNumber });
    failpoint(`chain-log-applied:${log.event}`);
    return true;
  });
}

async function applyEvent(ctx: Context, tx: Tx, rail: ChainRail, log: LogRecord): Promise<void> {
  switch (log.event) {
    case "Released":
      return applyReleased(tx, log);
    case "Cancelled":
    case "Reclaimed":
    case "Resolved":
      return applyTakenBack(ctx, tx, rail, log);
    case "Frozen":
      return applyFrozen(ctx, tx, log);
    case "Withdrawn":
      return applyWithdrawn(ctx, tx, rail, log);
    case "Transfer":
      return applyTransfer(ctx, tx, rail, log);
    default:
      return; // "Opened" comes with a "Deposited", which says all that counts.
  }
}
