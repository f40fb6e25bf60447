import { failpoint, type Context } from "@/kernel";
import { addressOf, hexOf } from "../chain/address";
import { openIncident } from "../incidents";
import type { ChainRail } from "../rail";
import {
  lockTransaction,
  selectTransactions,
  takeNonce,
  updateTransaction,
  type TransactionRecord,
} from "../store/transactions";
import { afterRefusal } from "./after-transaction";
import { storeAttempts, type Attempt } from "./attempts";
import { broadcast, readMarket, signAttempt } from "./broadcast";
import { decideFees, type Fees } from "./fees";
import { revertReason } from "./revert-reason";
import type { Sender } from "./send-transactions";

/** Gas beyond what a trial run used: the state may have changed by the time it counts. */
const GAS_NUMERATOR = 5n;
const GAS_DENOMINATOR = 4n;

/** Sends what is queued, oldest first. While gas is dearer than the ceiling everything waits, and deadlines are watched. */
export async function sendQueued(ctx: Context, rail: ChainRail, sender: Sender): Promise<void> {
  const queued = await selectTransactions(ctx.database.reader, sender.keyId, "queued");
  if (queued.length === 0) return;
  const fees = decideFees(await readMarket(sender.node), rail.policy.gasPriceMaxWei);
  if (fees === null) return alarmDeadlines(ctx, rail, queued);
  for (const row of queued) {
    const gas = await tryOut(ctx, sender, row);
    if (gas === null) continue;
    const attempt = await assign(ctx, rail, sender, row, gas, fees);
    if (attempt === null) continue;
    failpoint("chain-attempt-stored");
    await broadcast(sender.node, attempt);
    failpoint("chain-broadcast");
  }
}

/** What the call will need, or null when the chain refuses it: then it ends without ever having had a nonce. */
async function tryOut(ctx: Context, sender: Sender, row: TransactionRecord): Promise<bigint | null> {
  try {
    const gas = await sender.node.estimateGas({
      account: sender.account.address,
      to: addressOf(row.toAddress),
      data: hexOf(row.callData),
      blockTag: "pending",
    });
    return (gas * GAS_NUMERATOR) / GAS_DENOMINATOR;
  } catch (error) {
    const reason = revertReason(error);
    if (reason === null) throw error;
    await ctx.database.transaction(async (tx) => {
      const locked = await lockTransaction(tx, row.id);
      if (locked?.state !== "queued") return;
      await updateTransaction(tx, row.id, { state: "refused", error: reason, endedAt: ctx.clock.now() });
      await afterRefusal(ctx, tx, locked, reason);
    });
    return null;
  }
}

/** Gives the transaction its nonce and stores its signed form, in one transaction, before anybody can see it. */
async function assign(
  ctx: Context,
  rail: ChainRail,
  { keyId, account }: Sender,
  row: TransactionRecord,
  gas: bigint,
  fees: Fees,
): Promise<Attempt | null> {
  return ctx.database.transaction(async (tx) => {
    const locked = await lockTransaction(tx, row.id);
    if (locked?.state !== "queued") return null;
    const nonce = await takeNonce(tx, keyId);
    const attempt = await signAttempt(rail, account, { ...locked, nonce }, gas, fees);
    await updateTransaction(tx, row.id, {
      state: "sent",
      nonce,
      attempts: storeAttempts([attempt]),
      sentAt: ctx.clock.now(),
    });
    failpoint("chain-nonce-assigned");
    return attempt;
  });
}

/** A transaction that waits while its deadline comes near is a person's business. */
async function alarmDeadlines(ctx: Context, rail: ChainRail, queued: readonly TransactionRecord[]): Promise<void> {
  const nowMs = ctx.clock.now().getTime();
  for (const { deadline, kind, reference, id } of queued) {
    if (deadline === null || deadline.getTime() - nowMs > rail.policy.deadlineAlarmMs) continue;
    const detail = `The ${kind} of ${reference} must be on chain by ${deadline.toISOString()} and waits for cheaper gas. Raise the ceiling.`;
    await ctx.database.transaction((tx) => openIncident(ctx, tx, { kind: "deadline-near", reference: id, detail }));
  }
}
