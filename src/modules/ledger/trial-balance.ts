import type { Tx } from "@/kernel";
import { selectTrialBalance } from "./store";

/** The books checked against themselves. */
export interface TrialBalance {
  /** Sum of all entries per asset; zero, or the books are wrong. */
  readonly assets: readonly { readonly asset: string; readonly totalMicros: bigint }[];
  /** Accounts whose stored balance is not the sum of their entries or whose versions have a gap; none, or the books are wrong. */
  readonly differences: readonly {
    readonly accountId: string;
    readonly asset: string;
    readonly storedMicros: bigint;
    readonly entriesMicros: bigint;
  }[];
  /** Sums of all accounts by kind and asset, such as "hold@USD". */
  readonly sums: readonly { readonly name: string; readonly totalMicros: bigint }[];
}

/** Adds the whole ledger up from its entries. */
export async function trialBalance(tx: Tx): Promise<TrialBalance> {
  const { assets, accounts } = await selectTrialBalance(tx);
  const differences = accounts
    .filter((a) => !a.entryOnly && (a.storedMicros !== a.entriesMicros || a.gaps !== 0n))
    .map(({ id, asset, storedMicros, entriesMicros }) => ({ accountId: id, asset, storedMicros, entriesMicros }));
  const sums = new Map<string, bigint>();
  for (const { kind, asset, entriesMicros } of accounts) {
    const name = `${kind}@${asset}`;
    sums.set(name, (sums.get(name) ?? 0n) + entriesMicros);
  }
  return { assets, differences, sums: [...sums].map(([name, totalMicros]) => ({ name, totalMicros })) };
}
