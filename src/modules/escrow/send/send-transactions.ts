import type { PrivateKeyAccount, PublicClient } from "viem";
import { requireSystem, type Context } from "@/kernel";
import { addressOf } from "../chain/address";
import type { ChainRail } from "../rail";
import { findKey, insertKey } from "../store/transactions";
import { isNodeFailure } from "../watch/chain-moved";
import { followSent } from "./follow-sent";
import { keyIdOf } from "./queue-transaction";
import { sendQueued } from "./send-queued";

/** One sending account and the node it speaks through. */
export interface Sender {
  readonly keyId: string;
  readonly account: PrivateKeyAccount;
  readonly node: PublicClient;
}

/**
 * Task: carries the platform's transactions to the chain. First what was sent is looked after, then what is queued is sent.
 * A signed transaction is stored before it is broadcast and keeps its nonce for ever, so a run may be cut anywhere and
 * repeated: the chain carries out at most one form of each.
 */
export async function sendTransactions(ctx: Context, rail: ChainRail): Promise<void> {
  requireSystem(ctx.actor);
  for (const account of [rail.relayer, rail.treasury]) {
    const keyId = keyIdOf(rail, addressOf(account.address));
    for (const node of rail.nodes) {
      try {
        const sender = { keyId, account, node };
        await ensureKey(ctx, sender);
        await followSent(ctx, rail, sender);
        await sendQueued(ctx, rail, sender);
        break;
      } catch (error) {
        if (!isNodeFailure(error)) throw error; // The next node may answer; if none does, everything waits.
      }
    }
  }
}

async function ensureKey(ctx: Context, { keyId, account, node }: Sender): Promise<void> {
  if ((await findKey(ctx.database.reader, keyId)) !== null) return;
  const nextNonce = await node.getTransactionCount({ address: account.address });
  await ctx.database.transaction((tx) => insertKey(tx, keyId, nextNonce));
}
