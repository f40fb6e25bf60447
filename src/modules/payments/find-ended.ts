import type { Tx } from "@/kernel";
import { selectEnded } from "./store/ended";

/** Which of these refunds, payouts and disputes have ended, so that nothing of them may still be on its way. */
export async function findEnded(tx: Tx, references: readonly string[]): Promise<ReadonlySet<string>> {
  return new Set(await selectEnded(tx, references));
}
