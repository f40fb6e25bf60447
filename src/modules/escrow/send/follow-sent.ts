import type { PublicClient, TransactionReceipt } from "viem";
import { assert, failpoint, type Context } from "@/kernel";
import { openIncident, resolveIncident } from "../incidents";
import type { ChainRail } from "../rail";
import { findCursor } from "../store/history";
import { lockTransaction, selectTransactions, updateTransaction, type TransactionRecord } from "../store/transactions";
import { addressOf, hexOf } from "../chain/address";
import { readHeader } from "../watch/read-view";
import { afterConfirmed, afterRefusal } from "./after-transaction";
import { readAttempts, storeAttempts, type Attempt } from "./attempts";
import { broadcast, readMarket, signAttempt } from "./broadcast";
import { bumpFees } from "./fees";
import { revertReason } from "./revert-reason";
import type { Sender } from "./send-transactions";

/**
 * Looks after what was sent, by nonce: what is in a final block is finished, what is in no block is broadcast again, with a
 * higher fee when it has been stuck, and always under the nonce it has.
 */
export async function followSent(ctx: Context, rail: ChainRail, sender: Sender): Promise<void> {
  const sent = await selectTransactions(ctx.database.reader, sender.keyId, "sent");
  if (sent.length === 0) return;
  const { node } = sender;
  const address = sender.account.address;
  const finalBlock = (await findCursor(ctx.database.reader, rail.id))?.finalizedNumber ?? 0n;
  const used = await node.getTransactionCount({ address });
  const usedFinally = await node.getTransactionCount({ address, blockTag: "finalized" });
  for (const row of sent) {
    const attempts = readAttempts(row.attempts);
    assert(row.nonce !== null && attempts.length > 0, "what was sent has a nonce and a signed form (CHECK)");
    const receipt = await findReceipt(node, attempts);
    if (receipt !== null) await finishIfFinal(ctx, rail, sender, row, receipt, finalBlock);
    else if (usedFinally > row.nonce) await giveUpNonce(ctx, node, row, attempts);
    else if (used <= row.nonce) await push(ctx, rail, sender, row, attempts);
  }
}

async function findReceipt(node: PublicClient, attempts: readonly Attempt[]): Promise<TransactionReceipt | null> {
  for (const { hash } of [...attempts].reverse()) {
    const receipt = await node.getTransactionReceipt({ hash }).catch((error: unknown) => {
      if (error instanceof Error && error.name === "TransactionReceiptNotFoundError") return null;
      throw error;
    });
    if (receipt !== null) return receipt;
  }
  return null;
}

async function finishIfFinal(
  ctx: Context,
  rail: ChainRail,
  sender: Sender,
  row: TransactionRecord,
  receipt: TransactionReceipt,
  finalBlock: bigint,
): Promise<void> {
  if (receipt.blockNumber > finalBlock) return;
  const header = await readHeader(sender.node, receipt.blockNumber);
  if (header?.hash !== receipt.blockHash) return;
  const succeeded = receipt.status === "success";
  const error = succeeded ? null : await whyReverted(sender, row, receipt);
  failpoint("chain-receipt-final");
  await ctx.database.transaction(async (tx) => {
    const locked = await lockTransaction(tx, row.id);
    if (locked?.state !== "sent") return;
    await updateTransaction(tx, row.id, {
      state: succeeded ? "confirmed" : "reverted",
      hash: receipt.transactionHash,
      blockNumber: receipt.blockNumber,
      gasUsed: receipt.gasUsed,
      error,
      endedAt: ctx.clock.now(),
    });
    await resolveIncident(ctx, tx, "deadline-near", row.id);
    if (error === null) await afterConfirmed(ctx, tx, rail, locked, receipt.transactionHash);
    else await afterRefusal(ctx, tx, locked, error);
    failpoint("chain-finished");
  });
}

/** Asks the chain again, as it was then, why it refused. */
async function whyReverted(sender: Sender, row: TransactionRecord, receipt: TransactionReceipt): Promise<string> {
  try {
    await sender.node.call({
      account: sender.account.address,
      to: addressOf(row.toAddress),
      data: hexOf(row.callData),
      blockNumber: receipt.blockNumber,
    });
    return "The chain refused it.";
  } catch (error) {
    return revertReason(error) ?? "The chain refused it.";
  }
}

/** Somebody else used the nonce, for good: none of our forms can happen any more, so the transaction starts anew. */
async function giveUpNonce(
  ctx: Context,
  node: PublicClient,
  row: TransactionRecord,
  attempts: readonly Attempt[],
): Promise<void> {
  // The receipt may have come between the two questions.
  if ((await findReceipt(node, attempts)) !== null) return;
  await ctx.database.transaction(async (tx) => {
    const locked = await lockTransaction(tx, row.id);
    if (locked?.state !== "sent") return;
    await updateTransaction(tx, row.id, { state: "queued", nonce: null, attempts: [], sentAt: null });
    await openIncident(ctx, tx, {
      kind: "nonce-taken",
      reference: row.id,
      detail: `Nonce ${row.nonce} of ${row.keyId} was used by a transaction that is not ours. Somebody else has the key.`,
    });
  });
}

/** Broadcasts again; with a higher fee under the same nonce when the last form has been waiting for too long. */
async function push(
  ctx: Context,
  rail: ChainRail,
  sender: Sender,
  row: TransactionRecord,
  attempts: readonly Attempt[],
): Promise<void> {
  const last = attempts.at(-1);
  assert(last !== undefined && row.nonce !== null && row.sentAt !== null, "what was sent has a form and a time");
  const waitedMs = ctx.clock.now().getTime() - row.sentAt.getTime();
  const fees =
    waitedMs > rail.policy.stuckAfterMs
      ? bumpFees(last, await readMarket(sender.node), rail.policy.gasPriceMaxWei)
      : null;
  if (fees === null) return broadcast(sender.node, last);
  const next = await signAttempt(rail, sender.account, { ...row, nonce: row.nonce }, last.gas, fees);
  await ctx.database.transaction(async (tx) => {
    const locked = await lockTransaction(tx, row.id);
    if (locked?.state !== "sent") return;
    const stored = storeAttempts([...readAttempts(locked.attempts), next]);
    await updateTransaction(tx, row.id, { attempts: stored, sentAt: ctx.clock.now() });
    failpoint("chain-replacement-stored");
  });
  await broadcast(sender.node, next);
}
