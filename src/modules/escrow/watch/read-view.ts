import type { PublicClient } from "viem";
import type { ChainRail } from "../rail";
import type { StoredBlock } from "../store/history";
import { NodeAnswer } from "./chain-moved";

/** What one node says of the chain in one breath: head, safe and finalized blocks come from the same batch of questions. */
export interface NodeView {
  readonly node: PublicClient;
  readonly latest: StoredBlock;
  readonly safe: StoredBlock;
  readonly finalized: StoredBlock;
}

/** Asks every node. Nodes that do not answer, or are of another chain, are left out. */
export async function readViews(rail: ChainRail): Promise<NodeView[]> {
  const answers = await Promise.allSettled(rail.nodes.map((node) => readView(rail.chainId, node)));
  return answers.flatMap((answer) => (answer.status === "fulfilled" ? [answer.value] : []));
}

async function readView(chainId: number, node: PublicClient): Promise<NodeView> {
  const block = async (blockTag: "latest" | "safe" | "finalized"): Promise<StoredBlock> => {
    const { number, hash } = await node.getBlock({ blockTag });
    if (number === null || hash === null) throw new NodeAnswer(`the node has no ${blockTag} block`);
    return { number, hash };
  };
  const [id, latest, safe, finalized] = await Promise.all([
    node.getChainId(),
    block("latest"),
    block("safe"),
    block("finalized"),
  ]);
  if (id !== chainId) throw new NodeAnswer(`the node is of chain ${id}, not ${chainId}`);
  return { node, latest, safe, finalized };
}

/** A block's hash and its parent's; null where the node has no such block. */
export async function readHeader(
  node: PublicClient,
  number: bigint,
): Promise<(StoredBlock & { readonly parentHash: string }) | null> {
  try {
    const { hash, parentHash } = await node.getBlock({ blockNumber: number });
    return { number, hash, parentHash };
  } catch (error) {
    if (error instanceof Error && error.name === "BlockNotFoundError") return null;
    throw error;
  }
}
