import { keccak256, type PrivateKeyAccount, type PublicClient } from "viem";
import { addressOf, hexOf } from "../chain/address";
import type { ChainRail } from "../rail";
import { isNodeFailure } from "../watch/chain-moved";
import type { Attempt } from "./attempts";
import type { Fees } from "./fees";

/** What gas costs now. */
export async function readMarket(node: PublicClient): Promise<{ baseFee: bigint; tip: bigint }> {
  const [block, tip] = await Promise.all([node.getBlock(), node.estimateMaxPriorityFeePerGas()]);
  return { baseFee: block.baseFeePerGas ?? 0n, tip };
}

/** Signs one form of a transaction. The same again gives the same bytes. */
export async function signAttempt(
  rail: ChainRail,
  account: PrivateKeyAccount,
  row: { toAddress: string; callData: string; nonce: number },
  gas: bigint,
  fees: Fees,
): Promise<Attempt> {
  const raw = await account.signTransaction({
    type: "eip1559",
    chainId: rail.chainId,
    to: addressOf(row.toAddress),
    data: hexOf(row.callData),
    nonce: row.nonce,
    gas,
    ...fees,
  });
  return { hash: keccak256(raw), raw, gas, ...fees };
}

/** Hands a signed transaction to a node. A node that has it already, or finds it outdated, has no news for us. */
export async function broadcast(node: PublicClient, attempt: Attempt): Promise<void> {
  try {
    await node.sendRawTransaction({ serializedTransaction: attempt.raw });
  } catch (error) {
    if (!isNodeFailure(error) && !isKnownAnswer(error)) throw error;
  }
}

function isKnownAnswer(error: unknown): boolean {
  return error instanceof Error && /already|nonce|underpriced|known|insufficient funds|exceeds/i.test(error.message);
}
