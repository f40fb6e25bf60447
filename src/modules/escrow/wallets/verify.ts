import type { PublicClient, TypedDataDefinition } from "viem";
import type { Address, Hex } from "../chain/address";
import { ChainUnreachable } from "../errors";
import type { ChainRail } from "../rail";
import { isNodeFailure } from "../watch/chain-moved";

/** Whether a wallet signed a message: a key, a contract (ERC-1271), or a contract that is not there yet (ERC-6492). */
export function isMessageSignedBy(
  rail: ChainRail,
  address: Address,
  message: string,
  signature: Hex,
): Promise<boolean> {
  return askNodes(rail, (node) => node.verifyMessage({ address, message, signature }));
}

/** Whether a wallet signed typed data. */
export function isTypedDataSignedBy(
  rail: ChainRail,
  address: Address,
  data: TypedDataDefinition,
  signature: Hex,
): Promise<boolean> {
  return askNodes(rail, (node) => node.verifyTypedData({ ...data, address, signature }));
}

/** Asks one node after the other; throws ChainUnreachable when none answers. */
export async function askNodes<T>(rail: ChainRail, ask: (node: PublicClient) => Promise<T>): Promise<T> {
  for (const node of rail.nodes) {
    try {
      return await ask(node);
    } catch (error) {
      if (!isNodeFailure(error)) throw error;
    }
  }
  throw new ChainUnreachable();
}
