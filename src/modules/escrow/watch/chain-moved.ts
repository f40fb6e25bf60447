import { BaseError } from "viem";
import type { Tx } from "@/kernel";
import { lockCursor, type CursorRecord } from "../store/history";

/** The chain, or another run of the watcher, changed between two questions; the next run asks again. */
export class ChainMoved extends Error {
  override name = "ChainMoved";
}

/** A node said something that cannot be used. */
export class NodeAnswer extends Error {
  override name = "NodeAnswer";
}

/** How the chain library names a node that does not answer, or answers with an error. */
const NODE_ERRORS = /RequestError$|RpcError$|TimeoutError$|^BlockNotFound|^Internal/;

/** Locks the cursor; throws ChainMoved when it is not where this run left it. */
export async function expectCursor(tx: Tx, at: CursorRecord): Promise<void> {
  const locked = await lockCursor(tx, at.id);
  if (locked?.blockNumber !== at.blockNumber || locked.blockHash !== at.blockHash || locked.haltedAt !== null)
    throw new ChainMoved("another run has gone on");
}

/** Whether an error says that a node failed, rather than that this program did. */
export function isNodeFailure(error: unknown): boolean {
  if (error instanceof ChainMoved || error instanceof NodeAnswer) return true;
  return (
    error instanceof BaseError && error.walk((cause) => cause instanceof Error && NODE_ERRORS.test(cause.name)) !== null
  );
}
