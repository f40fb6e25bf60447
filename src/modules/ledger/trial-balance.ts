import type { Tx } from "@/kernel";
import { selectTrialBalance } from "./store";

/** The books checked against themselves. */
export interface TrialBalance {
  /** Sum of all entries per asset; zero, or the books are wrong. */
  readonly assets: readonly { readonly asset: string; readonly totalMicros: bigint }[];
  /** Accounts whose stored balance is not the sum of their entries or whose versions have a gap; none, or the books are wrong. */
  readonly differences: readonly {
    readonly accountId: string;
    readonly storedMicros: bigint;
    readonly entriesMicros: bigint;
  }[];
}

/** Adds the whole ledger up from its entries. */
export async function trialBalance(tx: Tx): Promise<TrialBalance> {
  const { assets, accounts } = await selectTrialBalance(tx);
  const differences = accounts
    .filter((a) => !a.entryOnly && (a.storedMicros !== a.entriesMicros || a.gaps !== 0n))
    .map(({ id, storedMicros, entriesMicros }) => ({ accountId: id, storedMicros, entriesMicros }));
  return { assets, differences };
}
