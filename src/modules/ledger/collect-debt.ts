import { micros, negateMicros, type Micros, type Tx } from "@/kernel";
import { receivable } from "./accounts";
import { takeFromLots } from "./lots";
import { postTransfer } from "./post-transfer";
import { lockAccount, lockLots } from "./store";

/** Covers what an organisation owes for a refund that took more than was there, from its funding lots, oldest first. */
export async function collectDebt(tx: Tx, d: { organisationId: string; reference: string }): Promise<Micros> {
  const lots = await lockLots(tx, d.organisationId);
  const account = receivable(d.organisationId, d.reference);
  const { balance, version } = await lockAccount(tx, account.id);
  const held = lots.reduce((sum, lot) => sum + lot.balance, 0n);
  const owed = -balance;
  const taken = micros(owed < held ? owed : held);
  if (taken <= 0n) return micros(0n);
  const accounts = new Map(lots.map((lot) => [lot.account.id, lot.account]));
  const slices = takeFromLots(
    lots.map((lot) => ({ accountId: lot.account.id, amount: lot.balance })),
    taken,
  );
  await postTransfer(tx, {
    idempotencyKey: `debt:${d.reference}:${version}`,
    kind: "debt",
    reference: d.reference,
    legs: [
      { account, amount: taken },
      ...(slices ?? []).flatMap(({ accountId, amount }) => {
        const lot = accounts.get(accountId);
        return lot === undefined ? [] : [{ account: lot, amount: negateMicros(amount) }];
      }),
    ],
  });
  return taken;
}
