import { micros, type Asset, type Micros, type Tx } from "@/kernel";
import type { Account } from "./accounts";
import { readAccount, selectClearing } from "./store";

/** An account that is zero once its refund, payout or dispute has ended, and is not zero now. */
export interface OpenClearing {
  readonly accountId: string;
  readonly asset: Asset;
  readonly balance: Micros;
  /** The refund, payout or dispute that it is for. */
  readonly reference: string;
  /** How long ago it last moved, by the database's clock. */
  readonly ageSeconds: number;
}

/** Every such account. */
export async function listClearing(tx: Tx): Promise<OpenClearing[]> {
  const rows = await selectClearing(tx);
  return rows.map(({ id, asset, balanceMicros, reference, ageSeconds }) => ({
    accountId: id,
    asset,
    balance: micros(balanceMicros),
    reference,
    ageSeconds,
  }));
}

/** What an account with a running balance holds. */
export async function balanceOfAccount(tx: Tx, account: Account): Promise<Micros> {
  return micros(await readAccount(tx, account.id));
}
