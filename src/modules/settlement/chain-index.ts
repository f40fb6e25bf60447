import type { Tx } from "@/kernel";
import { selectLiveSegments } from "@/modules/jobs";

/** Index of the next segment to train: one past the live chain. */
export async function chainIndex(tx: Tx, jobId: string): Promise<number> {
  const live = await selectLiveSegments(tx, jobId);
  return (live.at(-1)?.index ?? -1) + 1;
}
