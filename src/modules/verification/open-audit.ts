import { newId, type Clock, type Tx } from "@/kernel";
import { insertAudit } from "./store";

/** Orders a blind re-execution of a committed segment. `ordinal` is 0 for the drawn audit, 1 for its tie-break. */
export async function openAudit(
  tx: Tx,
  clock: Clock,
  audit: { jobId: string; segmentId: string; cause: "draw" | "tiebreak" | "platform"; ordinal: number },
): Promise<void> {
  await insertAudit(tx, { id: newId("audit", clock.now().getTime()), ...audit });
}
